import type { Tx } from '@arrears/persistence';

export interface AnchorRow {
  service: string;
  day: string;
  seq: number | null;
  hash: string;
  heard_at: Date;
  entry_seq: number | null;
}

const columns = `service, day, seq, encode(hash, 'hex') AS hash, heard_at, entry_seq`;

export const anchorStore = {
  /** Cases that heard of other chains on a day gone by and have not yet told it in their own. */
  async waiting(tx: Tx, today: string, limit: number): Promise<{ case_id: string; day: string }[]> {
    return tx.query(
      `SELECT DISTINCT day, case_id
         FROM journal_anchors
        WHERE entry_seq IS NULL AND day < $1
        ORDER BY day, case_id
        LIMIT $2`,
      [today, limit],
    );
  },

  async ofDay(tx: Tx, caseId: string, day: string): Promise<AnchorRow[]> {
    return tx.query<AnchorRow>(
      `SELECT ${columns}
         FROM journal_anchors
        WHERE case_id = $1 AND day = $2 AND entry_seq IS NULL
        ORDER BY service`,
      [caseId, day],
    );
  },

  async entered(tx: Tx, caseId: string, day: string, entrySeq: number): Promise<void> {
    await tx.query('UPDATE journal_anchors SET entry_seq = $3 WHERE case_id = $1 AND day = $2 AND entry_seq IS NULL', [
      caseId,
      day,
      entrySeq,
    ]);
  },

  /** Everything heard of other chains of a case, by day; `after` is the last row of the page before. */
  async list(
    tx: Tx,
    caseId: string,
    after: { day: string; service: string } | null,
    limit: number,
  ): Promise<AnchorRow[]> {
    return tx.query<AnchorRow>(
      `SELECT ${columns}
         FROM journal_anchors
        WHERE case_id = $1 AND ($2::date IS NULL OR (day, service) > ($2, $3))
        ORDER BY day, service
        LIMIT $4`,
      [caseId, after?.day ?? null, after?.service ?? '', limit],
    );
  },
};

export const anchorView = (row: AnchorRow) => ({
  service: row.service,
  day: row.day,
  seq: row.seq,
  hash: row.hash,
  heardAt: row.heard_at.toISOString(),
  entrySeq: row.entry_seq,
});
