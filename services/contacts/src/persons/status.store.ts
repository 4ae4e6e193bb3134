import type { Tx } from '@arrears/persistence';
import type { PersonStatus } from './status.js';

export interface StatusChangeRow {
  changeId: string;
  personId: string;
  from: PersonStatus;
  to: PersonStatus;
  reason: string;
  evidence: string | null;
  state: 'requested' | 'applied' | 'refused';
  requestedBy: string;
  requestedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
}

const columns = `
  change_id AS "changeId", person_id AS "personId", from_status AS "from", to_status AS "to", reason, evidence, state,
  requested_by AS "requestedBy", requested_at AS "requestedAt", decided_by AS "decidedBy", decided_at AS "decidedAt"`;

export async function insertStatusChange(tx: Tx, row: StatusChangeRow): Promise<void> {
  await tx.execute(
    `INSERT INTO person_status_changes (
       change_id, person_id, from_status, to_status, reason, evidence, state, requested_by, requested_at, decided_by,
       decided_at
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.changeId,
      row.personId,
      row.from,
      row.to,
      row.reason,
      row.evidence,
      row.state,
      row.requestedBy,
      row.requestedAt,
      row.decidedBy,
      row.decidedAt,
    ],
  );
}

export async function decideStatusChange(
  tx: Tx,
  of: { changeId: string; from: PersonStatus; state: 'applied' | 'refused'; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `UPDATE person_status_changes
        SET state = $2, decided_by = $3, decided_at = $4, from_status = $5
      WHERE change_id = $1`,
    [of.changeId, of.state, of.by, of.at, of.from],
  );
}

export async function readStatusChange(tx: Tx, changeId: string): Promise<StatusChangeRow | null> {
  const [row] = await tx.query<StatusChangeRow>(
    `SELECT ${columns} FROM person_status_changes WHERE change_id = $1 FOR UPDATE`,
    [changeId],
  );
  return row ?? null;
}

export async function openStatusRequest(tx: Tx, personId: string): Promise<StatusChangeRow | null> {
  const [row] = await tx.query<StatusChangeRow>(
    `SELECT ${columns} FROM person_status_changes WHERE person_id = $1 AND state = 'requested'`,
    [personId],
  );
  return row ?? null;
}

/** Newest first. */
export async function statusHistory(tx: Tx, personId: string): Promise<StatusChangeRow[]> {
  return tx.query<StatusChangeRow>(
    `SELECT ${columns}
       FROM person_status_changes
      WHERE person_id = $1
      ORDER BY requested_at DESC, change_id DESC
      LIMIT 200`,
    [personId],
  );
}

export async function saveStatus(tx: Tx, personId: string, status: PersonStatus): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    'UPDATE person_ledgers SET status = $2, version = version + 1 WHERE person_id = $1 RETURNING version',
    [personId, status],
  );
  return row?.version ?? 0;
}
