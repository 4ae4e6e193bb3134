import type { PermitRequest } from '@arrears/contracts';
import type { Database, PersonKeys } from '@arrears/persistence';
import { readPerson, readPointsById } from '../persons/person.store.js';

/** Whom and where a granted message goes, in clear. Lives in memory for one answer. */
export interface Addressee {
  salutation: string;
  /** By contact point id; a point whose key was destroyed is missing. */
  destinations: ReadonlyMap<string, string>;
  numbers: readonly string[];
}

/** A contact point's value never changes, since its id is made of it: reading it before the gate's locks is safe. */
export async function readAddressee(db: Database, keys: PersonKeys, request: PermitRequest): Promise<Addressee> {
  const { personId, agreementId, contactPointIds } = request;
  const owner = { personId, agreementId };
  const person = await readPerson(db, personId, agreementId);
  const points = await readPointsById(db, { ...owner, ids: contactPointIds });
  const name = person?.name == null ? null : await keys.decrypt(owner, 'name', person.name);
  const destinations = new Map<string, string>();
  for (const { contactPointId, value } of points) {
    const plain = await keys.decrypt(owner, `point:${contactPointId}`, value);
    if (plain !== null) destinations.set(contactPointId, plain);
  }
  return { salutation: name ?? '', destinations, numbers: points.map(({ number }) => number) };
}
