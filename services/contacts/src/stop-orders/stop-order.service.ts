import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { mayDecide } from '../persons/status.js';
import type { StopScope } from './stop-order.js';
import {
  decideStopOrder,
  insertStopOrder,
  liftStopOrder,
  readStopOrder,
  type StopOrderRow,
} from './stop-order.store.js';

/** Asks for a stop; it stops nothing until a second person agrees. */
export async function askForStop(
  tx: Tx,
  clock: Clock,
  asked: { scope: StopScope; value: string | null; reason: string; actor: string },
): Promise<StopOrderRow> {
  const stopOrderId: string = newId<'StopOrderId'>();
  const { scope, value, reason, actor } = asked;
  await insertStopOrder(tx, { stopOrderId, scope, value, reason, by: actor, at: clock.nowIso() });
  return mustRead(tx, stopOrderId);
}

/** With the commit of an approval the gate knows it: it reads the orders in the transaction of each permit. */
export async function decideStop(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; decision: 'approve' | 'refuse'; actor: string },
): Promise<StopOrderRow> {
  const order = await mustRead(tx, of.stopOrderId, 'FOR UPDATE');
  if (order.state !== 'requested') throw problem('conflict', `The stop order is ${order.state}.`);
  if (!mayDecide(order.requestedBy, of.actor))
    throw problem('not-allowed', 'Nobody decides what he asked for himself.');
  const state = of.decision === 'approve' ? 'in-force' : 'refused';
  await decideStopOrder(tx, { stopOrderId: of.stopOrderId, state, by: of.actor, at: clock.nowIso() });
  return mustRead(tx, of.stopOrderId);
}

/** Nothing ends a stop but this. What waited asks again by itself, and its sender spreads it. */
export async function liftStop(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; reason: string; actor: string },
): Promise<StopOrderRow> {
  const order = await mustRead(tx, of.stopOrderId, 'FOR UPDATE');
  if (order.state !== 'in-force') throw problem('conflict', `The stop order is ${order.state}.`);
  await liftStopOrder(tx, { stopOrderId: of.stopOrderId, reason: of.reason, by: of.actor, at: clock.nowIso() });
  return mustRead(tx, of.stopOrderId);
}

async function mustRead(tx: Tx, stopOrderId: string, lock: '' | 'FOR UPDATE' = ''): Promise<StopOrderRow> {
  const row = await readStopOrder(tx, stopOrderId, lock);
  if (row === null) throw problem('not-found', 'There is no such stop order.');
  return row;
}
