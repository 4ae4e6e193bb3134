import type { Tx } from '@arrears/persistence';
import type { CollectionPolicy } from '@arrears/treatment';
import { canonical, contentHash } from '../canonical.js';

export class PolicyChanged extends Error {
  override readonly name = 'PolicyChanged';
  constructor(policyId: string, version: number) {
    super(`policy ${policyId} version ${version} is stored with another content: give the change a new version`);
  }
}

export const policyStore = {
  /** Adds versions that are not there yet. @throws PolicyChanged when one is there with another content */
  async keep(tx: Tx, policies: readonly CollectionPolicy[], at: string): Promise<void> {
    for (const policy of policies) {
      const hash = contentHash(policy).toString('hex');
      const [row] = await tx.query<{ content_hash: string }>(
        `WITH added AS (
           INSERT INTO policies (policy_id, version, title, status, effective_from, content_hash, content, loaded_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (policy_id, version) DO NOTHING
           RETURNING content_hash
         )
         SELECT content_hash FROM added
         UNION ALL
         SELECT content_hash FROM policies WHERE policy_id = $1 AND version = $2
         LIMIT 1`,
        [policy.id, policy.version, policy.title, policy.status, policy.effectiveFrom, hash, canonical(policy), at],
      );
      if (row !== undefined && row.content_hash !== hash) throw new PolicyChanged(policy.id, policy.version);
    }
  },

  /** Every version ever loaded: running accounts stay pinned to theirs. */
  async all(tx: Tx): Promise<CollectionPolicy[]> {
    const rows = await tx.query<{ content: CollectionPolicy }>(
      'SELECT content FROM policies ORDER BY policy_id, version',
    );
    return rows.map((row) => row.content);
  },
};
