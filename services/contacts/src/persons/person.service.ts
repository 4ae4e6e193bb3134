import { seesAgreement, type Actor } from '@arrears/auth';
import type { Database, PersonKeys } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { readNames, readPersons, readPoints, readRoles, type StoredPerson, type StoredPoint } from './person.store.js';
import { maskedId, maskedName, maskedValue } from './person-values.js';

export interface PersonView {
  personId: string;
  /** One a agreement: two client banks never meet on a screen. */
  agreements: {
    agreementId: string;
    name: string | null;
    idNumber: string | null;
    language: string | null;
    timeZone: string | null;
    roles: { loanId: string; role: string; relation: string | null }[];
    contactPoints: {
      contactPointId: string;
      kind: string;
      value: string | null;
      source: string;
      reserved: boolean;
      valid: string;
      optedOut: string[];
    }[];
  }[];
}

/** What an actor may see of a person, masked; null values were destroyed with the person's key. */
export async function viewPerson(db: Database, keys: PersonKeys, personId: string, actor: Actor): Promise<PersonView> {
  const persons = (await readPersons(db, personId)).filter(({ agreementId }) => seesAgreement(actor, agreementId));
  if (persons.length === 0) throw problem('not-found', 'There is no such person, or it is out of your scope.');
  const [points, roles] = await Promise.all([readPoints(db, personId), readRoles(db, personId)]);
  const agreements = await Promise.all(
    persons.map(async (person) => ({
      ...(await maskedPerson(keys, person)),
      roles: roles
        .filter(({ agreementId }) => agreementId === person.agreementId)
        .map(({ loanId, role, relation }) => ({ loanId, role, relation })),
      contactPoints: await Promise.all(
        points
          .filter(({ agreementId }) => agreementId === person.agreementId)
          .map((point) => maskedPoint(keys, personId, point)),
      ),
    })),
  );
  return { personId, agreements };
}

/** One name each of those that the actor may see; null where it was destroyed with the person's key. */
export async function maskedNames(
  db: Database,
  keys: PersonKeys,
  asked: readonly { personId: string; agreementId: string }[],
  actor: Actor,
): Promise<{ personId: string; agreementId: string; name: string | null }[]> {
  const rows = await readNames(
    db,
    asked.filter(({ agreementId }) => seesAgreement(actor, agreementId)),
  );
  return Promise.all(
    rows.map(async ({ personId, agreementId, name }) => {
      const plain = name === null ? null : await keys.decrypt({ personId, agreementId }, 'name', name);
      return { personId, agreementId, name: plain === null ? null : maskedName(plain) };
    }),
  );
}

async function maskedPerson(keys: PersonKeys, person: StoredPerson) {
  const { agreementId, language, timeZone } = person;
  const name = person.name === null ? null : await keys.decrypt(person, 'name', person.name);
  const idNumber = person.idNumber === null ? null : await keys.decrypt(person, 'idNumber', person.idNumber);
  return {
    agreementId,
    name: name === null ? null : maskedName(name),
    idNumber: idNumber === null ? null : maskedId(idNumber),
    language,
    timeZone,
  };
}

async function maskedPoint(keys: PersonKeys, personId: string, point: StoredPoint) {
  const { contactPointId, agreementId, kind, source, reserved, valid, optedOut } = point;
  const value = await keys.decrypt({ personId, agreementId }, `point:${contactPointId}`, point.value);
  return {
    contactPointId,
    kind,
    value: value === null ? null : maskedValue(kind, value),
    source,
    reserved,
    valid,
    optedOut,
  };
}
