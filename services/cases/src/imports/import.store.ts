import type { Tx } from '@arrears/persistence';
import type { RowProblem } from './row.js';

export interface ImportRow {
  import_id: string;
  agreement_id: string;
  status: 'waiting' | 'running' | 'done' | 'refused';
  refusal: { code: string; message: string; fix: string } | null;
  rows_total: number | null;
  rows_done: number;
  accepted: number;
  refused: number;
  started_at: Date | null;
  finished_at: Date | null;
  sender: string;
  media_type: string;
  size_bytes: string;
  sha256: Buffer;
  received_at: Date;
}
const columns = `i.import_id, i.agreement_id, i.status, i.refusal, i.rows_total, i.rows_done, i.accepted, i.refused, i.started_at,
  i.finished_at, d.sender, d.media_type, d.size_bytes::text, d.sha256, d.received_at`;

export const importStore = {
  /** @returns the import of the same bytes for the same agreement, if there is one */
  async findSame(tx: Tx, sha256: Buffer, agreementId: string): Promise<ImportRow | null> {
    const [row] = await tx.query<ImportRow>(
      `SELECT ${columns}
         FROM imports i
         JOIN raw_deliveries d ON d.delivery_id = i.import_id
        WHERE i.sha256 = $1 AND i.agreement_id = $2`,
      [sha256, agreementId],
    );
    return row ?? null;
  },

  async find(tx: Tx, importId: string): Promise<ImportRow | null> {
    const [row] = await tx.query<ImportRow>(
      `SELECT ${columns} FROM imports i JOIN raw_deliveries d ON d.delivery_id = i.import_id WHERE i.import_id = $1`,
      [importId],
    );
    return row ?? null;
  },

  async insert(
    tx: Tx,
    of: {
      importId: string;
      sha256: Buffer;
      agreementId: string;
      at: string;
      keyDay: string;
      sender: string;
      mediaType: string;
      size: number;
      sealed: Buffer;
    },
  ): Promise<void> {
    await tx.query(
      `WITH delivered AS (
         INSERT INTO raw_deliveries (delivery_id, sha256, received_at, key_day, sender, media_type, size_bytes, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       )
       INSERT INTO imports (import_id, sha256, agreement_id) VALUES ($1, $2, $9)
       ON CONFLICT (sha256, agreement_id) DO NOTHING`,
      [of.importId, of.sha256, of.at, of.keyDay, of.sender, of.mediaType, of.size, of.sealed, of.agreementId],
    );
  },

  /**
   * Lets a finished import run once more over what it refused. The delivery is kept anew: the key of the first one's day
   * may be gone. Of two who ask at once one is enough.
   */
  async tryAgain(tx: Tx, importId: string, { keyDay, sealed }: { keyDay: string; sealed: Buffer }): Promise<void> {
    await tx.query(
      `WITH again AS (
         UPDATE imports
            SET status = 'waiting', refusal = NULL, finished_at = NULL,
                rows_done = CASE WHEN status = 'done' THEN 0 ELSE rows_done END
          WHERE import_id = $1 AND (status = 'refused' OR (status = 'done' AND refused > 0))
         RETURNING import_id
       )
       UPDATE raw_deliveries
          SET key_day = $2, body = $3
         FROM again
        WHERE delivery_id = again.import_id`,
      [importId, keyDay, sealed],
    );
  },

  /** Numbers of the rows that were refused when they were tried last. */
  async refusedRows(tx: Tx, importId: string): Promise<ReadonlySet<number>> {
    const rows = await tx.query<{ row_no: number }>(
      'SELECT DISTINCT row_no FROM import_problems WHERE import_id = $1',
      [importId],
    );
    return new Set(rows.map(({ row_no: rowNo }) => rowNo));
  },

  /** The oldest unfinished import. Several processes may take it: `advance` lets each batch through once. */
  async nextUnfinished(tx: Tx): Promise<(ImportRow & { body: Buffer; key_day: string }) | null> {
    const [row] = await tx.query<ImportRow & { body: Buffer; key_day: string }>(
      `SELECT ${columns}, d.body, d.key_day
         FROM imports i
         JOIN raw_deliveries d ON d.delivery_id = i.import_id
        WHERE i.status IN ('waiting', 'running')
        ORDER BY i.import_id
        LIMIT 1`,
    );
    return row ?? null;
  },

  async start(tx: Tx, importId: string, rowsTotal: number, at: string): Promise<void> {
    await tx.query(
      `UPDATE imports SET status = 'running', rows_total = $2, started_at = coalesce(started_at, $3) WHERE import_id = $1`,
      [importId, rowsTotal, at],
    );
  },

  /**
   * Progress of a batch. The counts of rows done and of rows answered are compared, so that two processes can't both do a
   * batch, nor one of them a batch of an earlier run.
   */
  async advance(
    tx: Tx,
    importId: string,
    of: {
      from: number;
      to: number;
      /** Rows that had an answer, accepted or refused, before this batch. */
      answered: number;
      accepted: number;
      refused: number;
      /** Rows that had been refused before and were tried again: their old problems go. */
      retried: readonly number[];
      problems: readonly (RowProblem & { rowNo: number })[];
    },
  ): Promise<boolean> {
    const rows = await tx.query(
      `WITH advanced AS (
         UPDATE imports
            SET rows_done = $3, accepted = accepted + $4, refused = refused + $5 - cardinality($7::int[])
          WHERE import_id = $1 AND rows_done = $2 AND accepted + refused = $8
         RETURNING import_id
       ), given AS (
         SELECT p."rowNo" AS row_no, p."column" AS column_name, p.code, p.message, p.fix
           FROM jsonb_to_recordset($6) AS p ("rowNo" int, "column" text, code text, message text, fix text)
       ), mended AS (
         DELETE FROM import_problems AS old
          USING advanced
          WHERE old.import_id = advanced.import_id AND old.row_no = ANY ($7)
            AND (old.row_no, old.column_name, old.code) NOT IN (SELECT row_no, column_name, code FROM given)
       ), told AS (
         INSERT INTO import_problems (import_id, row_no, column_name, code, message, fix)
         SELECT advanced.import_id, given.* FROM advanced, given
         ON CONFLICT (import_id, row_no, column_name, code)
         DO UPDATE SET message = excluded.message, fix = excluded.fix
       )
       SELECT import_id FROM advanced`,
      [importId, of.from, of.to, of.accepted, of.refused, JSON.stringify(of.problems), of.retried, of.answered],
    );
    return rows.length === 1;
  },

  async finish(tx: Tx, importId: string, at: string): Promise<void> {
    await tx.query(`UPDATE imports SET status = 'done', finished_at = $2 WHERE import_id = $1`, [importId, at]);
  },

  async refuse(
    tx: Tx,
    importId: string,
    refusal: { code: string; message: string; fix: string },
    at: string,
  ): Promise<void> {
    await tx.query(`UPDATE imports SET status = 'refused', refusal = $2, finished_at = $3 WHERE import_id = $1`, [
      importId,
      JSON.stringify(refusal),
      at,
    ]);
  },

  async problems(
    tx: Tx,
    importId: string,
    after: { row: number; column: string; code: string } | null,
    limit: number,
  ): Promise<{ row_no: number; column_name: string; code: string; message: string; fix: string }[]> {
    return tx.query(
      `SELECT row_no, column_name, code, message, fix
         FROM import_problems
        WHERE import_id = $1 AND ($2::int IS NULL OR (row_no, column_name, code) > ($2, $3, $4))
        ORDER BY row_no, column_name, code
        LIMIT $5`,
      [importId, after?.row ?? null, after?.column ?? '', after?.code ?? '', limit],
    );
  },
};
