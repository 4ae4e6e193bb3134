import type { Tx } from '@arrears/persistence';
import type { CollectionPolicy } from '@arrears/treatment';
import { canonical, contentHash } from '../canonical.js';
import type { Pin } from './policy-book.js';

export class PolicyChanged extends Error {
  override readonly name = 'PolicyChanged';
  constructor(policyId: string, version: number) {
    super(`policy ${policyId} version ${version} is stored with another content: give the change a new version`);
  }
}

export interface StoredPolicy {
  content: CollectionPolicy;
  content_hash: string;
  proposed_by: string | null;
  approved_by: string | null;
  approved_at: Date | null;
}

/** What ships with the product needs no second person here: it was reviewed before it was released. */
const inUse = 'proposed_by IS NULL OR approved_by IS NOT NULL';
const hashOf = (policy: CollectionPolicy): string => contentHash(policy).toString('hex');

export const policyStore = {
  /** Adds versions that are not there yet. @throws PolicyChanged when one is there with another content */
  async keep(tx: Tx, policies: readonly CollectionPolicy[], at: string, proposedBy: string | null): Promise<void> {
    for (const policy of policies) {
      const hash = hashOf(policy);
      const [row] = await tx.query<{ content_hash: string }>(
        `WITH added AS (
           INSERT INTO policies (policy_id, version, title, status, effective_from, content_hash, content, loaded_at, proposed_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (policy_id, version) DO NOTHING
           RETURNING content_hash
         )
         SELECT content_hash FROM added
         UNION ALL
         SELECT content_hash FROM policies WHERE policy_id = $1 AND version = $2
         LIMIT 1`,
        [
          policy.id,
          policy.version,
          policy.title,
          policy.status,
          policy.effectiveFrom,
          hash,
          canonical(policy),
          at,
          proposedBy,
        ],
      );
      if (row !== undefined && row.content_hash !== hash) throw new PolicyChanged(policy.id, policy.version);
    }
  },

  /** Every version ever in use: running accounts stay pinned to theirs. */
  async all(tx: Tx): Promise<CollectionPolicy[]> {
    return policyStore.others(tx, []);
  },

  /** Versions in use that are not among `known` (`id@version`). */
  async others(tx: Tx, known: readonly string[]): Promise<CollectionPolicy[]> {
    const rows = await tx.query<{ content: CollectionPolicy }>(
      `SELECT content
         FROM policies
        WHERE (${inUse}) AND NOT policy_id || '@' || version = ANY ($1)
        ORDER BY policy_id, version`,
      [known],
    );
    return rows.map((row) => row.content);
  },

  async find(tx: Tx, { policyId, version }: Pin): Promise<StoredPolicy | null> {
    const [row] = await tx.query<StoredPolicy>(
      `SELECT content, content_hash, proposed_by, approved_by, approved_at
         FROM policies
        WHERE policy_id = $1 AND version = $2`,
      [policyId, version],
    );
    return row ?? null;
  },

  /** @returns whether this made it usable; it may have been approved before */
  async approve(tx: Tx, { policyId, version }: Pin, by: string, at: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE policies
          SET approved_by = $3, approved_at = $4
        WHERE policy_id = $1 AND version = $2 AND proposed_by IS NOT NULL AND approved_by IS NULL
        RETURNING policy_id`,
      [policyId, version, by, at],
    );
    return rows.length > 0;
  },

  /** Proposals that wait for a second person. */
  async waiting(tx: Tx): Promise<{ content: CollectionPolicy; proposed_by: string }[]> {
    return tx.query(
      `SELECT content, proposed_by
         FROM policies
        WHERE proposed_by IS NOT NULL AND approved_by IS NULL
        ORDER BY policy_id, version`,
    );
  },
};
