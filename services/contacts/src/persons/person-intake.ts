import { isZone } from '@arrears/calendar';
import {
  personsInLoan,
  pointsOf,
  type LoanOverdue,
  type LoanUpdated,
  type PersonId,
  type PersonInLoan,
  type PointInLoan,
} from '@arrears/contracts';
import type { Clock } from '@arrears/clock';
import { blindIndex, type PersonKeys, type Tx } from '@arrears/persistence';
import { wrongNumbers } from '../points/point.store.js';
import { pointFact } from '../points/publish-point.js';
import { publish } from '../publish.js';
import { loanFeed, replaceRoles, savePerson, savePoint, takeSequence, type PersonRow } from './person.store.js';
import { countryOf, foldName, numberField, plainValue } from './person-values.js';

/** What the bank says about people, taken into encrypted rows. */
export interface IntakeParts {
  idKey: Buffer;
  personKeys: PersonKeys;
  clock: Clock;
}

type Details = {
  idType?: string | undefined;
  idNumber?: string | undefined;
  language?: string | undefined;
  timeZone?: string | undefined;
};

export async function takeLoanOverdue(tx: Tx, parts: IntakeParts, loan: LoanOverdue): Promise<void> {
  const { agreementId, loanId, sequence } = loan;
  const country = countryOf(loan);
  if (!(await takeSequence(tx, { agreementId, loanId, sequence, country }))) return;
  const persons = personsInLoan(parts.idKey, loan);
  const debtorId = persons[0]?.personId;
  if (debtorId === undefined) return;
  const details = new Map<string, Details & { customerNo?: string | undefined }>();
  persons.forEach(({ personId }, index) => details.set(personId, detailsOf(loan, index)));

  // In one order of ids, since two loans of one debtor arrive side by side.
  for (const person of inOrder(persons))
    await saveNamed(tx, parts, { agreementId, ...person }, details.get(person.personId) ?? {});
  await replaceRoles(tx, loan, rolesOf(persons));
  const points = persons.flatMap((person) => person.points.map((point) => ({ ...point, personId: person.personId })));
  await savePoints(tx, parts, { agreementId, debtorId }, points);
}

/** A loan that we never heard of has no persons here: nothing can be updated, and its `loan-overdue` will tell all. */
export async function takeLoanUpdated(tx: Tx, parts: IntakeParts, update: LoanUpdated): Promise<void> {
  const { agreementId, loanId, sequence } = update;
  const feed = await loanFeed(tx, agreementId, loanId);
  if (feed === null || feed.debtorId === null) return;
  const { country } = feed;
  if (!(await takeSequence(tx, { agreementId, loanId, sequence, country }))) return;
  const debtorId = feed.debtorId as PersonId;
  // A corrected id number makes another person; that is a merge, which people confirm. Here the old id stays.
  if (update.debtor !== undefined)
    await saveNamed(tx, parts, { agreementId, personId: debtorId, name: update.debtor.name }, update.debtor);
  const points = pointsOf(parts.idKey, debtorId, update.contactPoints ?? [], country);
  await savePoints(
    tx,
    parts,
    { agreementId, debtorId },
    points.map((point) => ({ ...point, personId: debtorId })),
  );
}

async function saveNamed(
  tx: Tx,
  { idKey, personKeys }: IntakeParts,
  person: { personId: string; agreementId: string; name?: string | undefined },
  details: Details & { customerNo?: string | undefined },
): Promise<void> {
  const { personId, agreementId, name } = person;
  const seal = (field: string, plain: string | undefined) =>
    plain === undefined ? null : personKeys.encrypt({ personId, agreementId }, field, plain);
  const index = (field: string, plain: string | undefined) =>
    plain === undefined ? null : blindIndex(idKey, field, plain);
  const { idNumber } = details;
  const row: PersonRow = {
    personId,
    agreementId,
    name: await seal('name', name),
    nameIndex: index('name', name === undefined ? undefined : foldName(name)),
    idType: details.idType ?? null,
    idNumber: await seal('idNumber', idNumber),
    idIndex: index('idNumber', idNumber === undefined ? undefined : foldName(idNumber)),
    customerNo: details.customerNo ?? null,
    language: details.language ?? null,
    // A zone that nobody knows says nothing of when he may be contacted: he is then asked for by every clock that may be his.
    timeZone: details.timeZone !== undefined && isZone(details.timeZone) ? details.timeZone : null,
  };
  await savePerson(tx, row);
}

async function savePoints(
  tx: Tx,
  parts: IntakeParts,
  of: { agreementId: string; debtorId: string },
  points: readonly (PointInLoan & { personId: string })[],
): Promise<void> {
  const indexed = points.map((point) => ({
    ...point,
    valueIndex: blindIndex(parts.idKey, numberField(point.kind), point.normalised),
  }));
  const wrong = await wrongNumbers(
    tx,
    indexed.map(({ valueIndex }) => valueIndex),
  );
  for (const point of indexed.sort((one, other) => (one.contactPointId < other.contactPointId ? -1 : 1))) {
    const { personId, contactPointId, kind, valueIndex } = point;
    const person = { personId, agreementId: of.agreementId };
    const fault = !point.plausible ? 'implausible' : wrong.has(valueIndex.toString('hex')) ? 'barred' : null;
    const changed = await savePoint(tx, {
      ...person,
      contactPointId,
      kind,
      value: await parts.personKeys.encrypt(person, `point:${contactPointId}`, plainValue(point)),
      valueIndex,
      source: point.source,
      reserved: point.reserved,
      valid: fault === null ? 'unknown' : 'no',
      invalidBecause: fault,
    });
    if (changed === null) continue;
    const at = parts.clock.nowIso();
    await publish(tx, [
      pointFact({ ...changed, ...person }, of.debtorId, { at, fault: changed.valid === 'no' ? fault : null }),
    ]);
  }
}

/** The debtor comes first in `personsInLoan`, then guarantors in the message's order; contact persons have no papers. */
function detailsOf(loan: LoanOverdue, index: number): Details & { customerNo?: string | undefined } {
  if (index === 0) return { ...loan.debtor, customerNo: loan.customerNo };
  return loan.guarantors?.[index - 1] ?? {};
}

function inOrder(persons: readonly PersonInLoan[]): PersonInLoan[] {
  return [...persons].sort((one, other) => (one.personId < other.personId ? -1 : 1));
}

function rolesOf(persons: readonly PersonInLoan[]) {
  return persons.map(({ role, personId, relation }, ordinal) => ({
    role,
    ordinal,
    personId,
    relation: relation ?? null,
  }));
}
