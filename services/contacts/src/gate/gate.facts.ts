import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@arrears/audit';
import type { CompiledPacks } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Clock } from '@arrears/clock';
import type { Tx } from '@arrears/persistence';
import type { Situation } from '../case-facts/case-facts.store.js';
import { readPerson, readPointsById, readRoles } from '../persons/person.store.js';
import type { GateFacts, GatePerson } from './gate.js';
import { countedEvents } from './gate.store.js';

/** Reads all that the gate decides on; under the ledger's lock, so that counters stand still meanwhile. */
export async function gatherFacts(
  tx: Tx,
  clock: Clock,
  request: PermitRequest,
  of: { situation: Situation; packs: CompiledPacks; neverContact: boolean; exceptPermit: string | null },
): Promise<GateFacts> {
  const { personId, agreementId } = request;
  const now = clock.nowIso();
  const { facts, heartbeatAt, parked } = of.situation;
  const found = await readPointsById(tx, { personId, agreementId, ids: request.contactPointIds });
  const points = request.contactPointIds.flatMap(
    (id) => found.find(({ contactPointId }) => contactPointId === id) ?? [],
  );
  return {
    now,
    case: facts,
    // A clock that runs a little ahead of ours must not make a heartbeat of the future fresh for ever.
    heartbeatAgeMs: heartbeatAt === null ? null : Math.abs(clock.realNow() - heartbeatAt.getTime()),
    parked,
    person: await gatePerson(tx, request, facts?.accounts ?? []),
    points,
    neverContact: of.neverContact,
    events: await countedEvents(tx, {
      packs: of.packs,
      since: new Date(Date.parse(now) - of.packs.reachMs),
      exceptPermit: of.exceptPermit,
      personId,
      numbers: points.map(({ number }) => number),
      caseId: request.caseId,
      debts: request.covers,
    }),
  };
}

/** The person's part in what the contact covers; someone without one there is asked about as an unknown part. */
async function gatePerson(
  tx: Tx,
  { personId, agreementId, debtorId, covers }: PermitRequest,
  accounts: readonly { accountId: string; loanId: string }[],
): Promise<GatePerson | null> {
  const person = await readPerson(tx, personId, agreementId);
  if (person === null) return null;
  const { timeZone, language } = person;
  if (personId === debtorId) return { role: 'debtor', relation: null, timeZone, language };
  const loans = accounts.filter(({ accountId }) => covers.includes(accountId)).map(({ loanId }) => loanId);
  const roles = await readRoles(tx, personId);
  const role = roles.find((candidate) => candidate.agreementId === agreementId && loans.includes(candidate.loanId));
  return { role: role?.role ?? null, relation: role?.relation ?? null, timeZone, language };
}

/** sha256 of what was decided on: the same facts give the same hash, and a record can be checked against them. */
export function hashOf(value: unknown): string {
  // Through JSON, so that absent fields and undefined ones are the same.
  const plain = JSON.parse(JSON.stringify(value)) as Json;
  return createHash('sha256').update(canonicalJson(plain)).digest('hex');
}
