import type { CaseFacts, PermitRequest } from '@arrears/contracts';
import type { PersonKeys } from '@arrears/persistence';
import type { FactsRow } from './facts.store.js';
import type { NamedRules } from './packs.js';

/** Whom and where a granted message goes, in clear. Lives in memory for one answer. */
export interface Addressee {
  salutation: string;
  /** By contact point id; a point whose key was destroyed is missing. */
  destinations: ReadonlyMap<string, string>;
}

/** Unseals what was read. The keys live in another database, and are kept in memory for a minute once they were asked for. */
export async function unseal(keys: PersonKeys, request: PermitRequest, row: FactsRow): Promise<Addressee> {
  const { personId, agreementId } = request;
  const owner = { personId, agreementId };
  const sealed = row.person?.name ?? null;
  const name = sealed === null ? null : await keys.decrypt(owner, 'name', Buffer.from(sealed, 'hex'));
  const destinations = new Map<string, string>();
  for (const { contactPointId, value } of row.points) {
    if (value === null) continue;
    const plain = await keys.decrypt(owner, `point:${contactPointId}`, Buffer.from(value, 'hex'));
    if (plain !== null) destinations.set(contactPointId, plain);
  }
  return { salutation: name ?? '', destinations };
}

/** What was set at the gate comes first, then what the agreement names. */
export function namedRules({
  rules,
  facts,
}: {
  rules: NamedRules | null;
  facts: Pick<CaseFacts, 'rulePacks'> | null;
}): NamedRules {
  return rules ?? { packs: facts?.rulePacks ?? null, jurisdiction: null };
}
