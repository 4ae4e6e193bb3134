import type { Received } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';

/** What is needed of an event beside its data. */
export type Told = Pick<Received, 'id' | 'headers'>;

/** The end of another service's chain of a case, as an event said it. */
export interface Head {
  service: 'contacts' | 'notifications';
  seq: number | null;
  hash: string;
  heardAt: string;
}

export function headOf(service: Head['service'], { headers }: Told, heardAt: string): Head | null {
  const { ce_journalhead: hash, ce_journalseq: seq } = headers;
  if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash)) return null;
  return { service, seq: seq !== undefined && /^[1-9]\d{0,8}$/.test(seq) ? Number(seq) : null, hash, heardAt };
}

/** Said by columns of their own, or by the timeline's own row. */
const notTold = new Set(['caseId', 'agreementId', 'debtorId', 'at']);
const fieldsOf = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !notTold.has(name)));

export const storyStore = {
  /**
   * Adds a line to the case's story and keeps the head that came with it, once a day and service: the newest by its
   * number. One statement; a case that we don't have is left out.
   */
  async tell(tx: Tx, of: { caseId: string; at: string; kind: string; data: object; head: Head | null }): Promise<void> {
    const { caseId, at, kind, data, head } = of;
    await tx.query(
      `WITH known AS (
         SELECT case_id FROM cases WHERE case_id = $1
       ), told AS (
         INSERT INTO contact_story (case_id, at, kind, data) SELECT case_id, $2::timestamptz, $3, $4::jsonb FROM known
       )
       INSERT INTO journal_anchors AS old (case_id, service, day, seq, hash, heard_at)
       SELECT case_id, $5, ($8::timestamptz AT TIME ZONE 'UTC')::date, $6::int, decode($7, 'hex'), $8::timestamptz
         FROM known
        WHERE $5::text IS NOT NULL
       ON CONFLICT (case_id, service, day) DO UPDATE
          SET seq = excluded.seq, hash = excluded.hash, heard_at = excluded.heard_at
        WHERE old.entry_seq IS NULL AND (old.seq IS NULL OR excluded.seq IS NULL OR excluded.seq > old.seq)`,
      [
        caseId,
        at,
        kind,
        JSON.stringify(fieldsOf(data)),
        head?.service ?? null,
        head?.seq ?? null,
        head?.hash ?? null,
        head?.heardAt ?? null,
      ],
    );
  },
};
