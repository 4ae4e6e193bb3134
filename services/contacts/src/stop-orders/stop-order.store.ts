import type { Tx } from '@arrears/persistence';
import type { StopOrder, StopState } from './stop-order.js';

export interface StopOrderRow extends StopOrder {
  reason: string;
  state: StopState;
  requestedBy: string;
  requestedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  liftReason: string | null;
  liftRequestedBy: string | null;
  liftRequestedAt: Date | null;
  liftedBy: string | null;
  liftedAt: Date | null;
}

const columns = `
  stop_order_id AS "stopOrderId", scope, value, reason, state, requested_by AS "requestedBy",
  requested_at AS "requestedAt", decided_by AS "decidedBy", decided_at AS "decidedAt",
  lift_reason AS "liftReason", lift_requested_by AS "liftRequestedBy", lift_requested_at AS "liftRequestedAt",
  lifted_by AS "liftedBy", lifted_at AS "liftedAt"`;

export async function insertStopOrder(
  tx: Tx,
  order: StopOrder & { reason: string; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `INSERT INTO stop_orders (stop_order_id, scope, value, reason, state, requested_by, requested_at)
     VALUES ($1, $2, $3, $4, 'requested', $5, $6)`,
    [order.stopOrderId, order.scope, order.value, order.reason, order.by, order.at],
  );
}

export async function readStopOrder(
  tx: Tx,
  stopOrderId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<StopOrderRow | null> {
  const [row] = await tx.query<StopOrderRow>(`SELECT ${columns} FROM stop_orders WHERE stop_order_id = $1 ${lock}`, [
    stopOrderId,
  ]);
  return row ?? null;
}

/** Newest first; the ids rise with time. */
export async function listStopOrders(
  tx: Tx,
  of: {
    state: StopOrderRow['state'] | null;
    before: string | null;
    limit: number;
    /** Null: of every client. */
    agreements: readonly string[] | null;
  },
): Promise<StopOrderRow[]> {
  return tx.query<StopOrderRow>(
    `SELECT ${columns}
       FROM stop_orders
      WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR stop_order_id < $2)
        AND ($4::text[] IS NULL OR scope <> 'client' OR value = ANY ($4))
      ORDER BY stop_order_id DESC
      LIMIT $3`,
    [of.state, of.before, of.limit, of.agreements],
  );
}

export async function decideStopOrder(
  tx: Tx,
  of: { stopOrderId: string; state: 'in-force' | 'refused'; by: string; at: string },
): Promise<void> {
  await tx.execute('UPDATE stop_orders SET state = $2, decided_by = $3, decided_at = $4 WHERE stop_order_id = $1', [
    of.stopOrderId,
    of.state,
    of.by,
    of.at,
  ]);
}

/** The order stays in force. */
export async function askToLift(
  tx: Tx,
  of: { stopOrderId: string; reason: string; by: string; at: string },
): Promise<void> {
  await tx.execute(
    'UPDATE stop_orders SET lift_reason = $2, lift_requested_by = $3, lift_requested_at = $4 WHERE stop_order_id = $1',
    [of.stopOrderId, of.reason, of.by, of.at],
  );
}

export async function liftStopOrder(tx: Tx, of: { stopOrderId: string; by: string; at: string }): Promise<void> {
  await tx.execute(`UPDATE stop_orders SET state = 'lifted', lifted_by = $2, lifted_at = $3 WHERE stop_order_id = $1`, [
    of.stopOrderId,
    of.by,
    of.at,
  ]);
}

/** Somebody may ask again; that it was asked and refused stands in the order's journal. */
export async function keepStopped(tx: Tx, stopOrderId: string): Promise<void> {
  await tx.execute(
    `UPDATE stop_orders
        SET lift_reason = NULL, lift_requested_by = NULL, lift_requested_at = NULL
      WHERE stop_order_id = $1`,
    [stopOrderId],
  );
}
