import type { Clock } from '@arrears/clock';
import { newId, type StopOrderChanged } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { journal } from '../journal.js';
import { publish } from '../publish.js';
import { orderAfter, type StopChange, type StopCommand, type StopScope } from './stop-order.js';
import {
  askToLift,
  decideStopOrder,
  insertStopOrder,
  keepStopped,
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
  const at = clock.nowIso();
  await insertStopOrder(tx, { stopOrderId, scope, value, reason, by: actor, at });
  const order = await mustRead(tx, stopOrderId);
  await tell(tx, order, { change: 'requested', actor, at });
  return order;
}

/** With the commit of an approval the gate knows it: it reads the orders in the transaction of each permit. */
export async function decideStop(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; decision: 'approve' | 'refuse'; actor: string },
): Promise<StopOrderRow> {
  return change(tx, clock, { ...of, command: of.decision }, (by) => {
    const state = of.decision === 'approve' ? ('in-force' as const) : ('refused' as const);
    return decideStopOrder(tx, { ...by, state });
  });
}

/** Asks to lift a stop; until a second person agrees everything stays stopped. */
export async function askForLift(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; reason: string; actor: string },
): Promise<StopOrderRow> {
  return change(tx, clock, { ...of, command: 'ask-to-lift' }, (by) => askToLift(tx, { ...by, reason: of.reason }));
}

/** Nothing ends a stop but this. What waited asks again by itself, and its sender spreads it. */
export async function decideLift(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; decision: 'approve' | 'refuse'; actor: string },
): Promise<StopOrderRow> {
  return of.decision === 'approve'
    ? change(tx, clock, { ...of, command: 'approve-lift' }, (by) => liftStopOrder(tx, by))
    : change(tx, clock, { ...of, command: 'refuse-lift' }, ({ stopOrderId }) => keepStopped(tx, stopOrderId));
}

/** One step of an order, with what its journal and whoever listens are told, together. */
async function change(
  tx: Tx,
  clock: Clock,
  of: { stopOrderId: string; command: StopCommand; actor: string },
  write: (by: { stopOrderId: string; by: string; at: string }) => Promise<void>,
): Promise<StopOrderRow> {
  const { stopOrderId, command, actor } = of;
  const order = await mustRead(tx, stopOrderId, 'FOR UPDATE');
  const after = orderAfter(order, command, actor);
  if ('refused' in after) throw refusal(order, after.refused);
  const at = clock.nowIso();
  await write({ stopOrderId, by: actor, at });
  await tell(tx, order, { change: after.change, actor, at });
  return mustRead(tx, stopOrderId);
}

function refusal({ state, liftRequestedBy }: StopOrderRow, because: 'conflict' | 'not-allowed') {
  if (because === 'not-allowed') return problem('not-allowed', 'Nobody decides what he asked for himself.');
  const lift = state === 'in-force' && liftRequestedBy !== null ? ', and somebody asked to lift it' : '';
  return problem('conflict', `The stop order is ${state}${lift}.`);
}

/** Into the order's own chain: who did what and when; the reasons stay with the order. */
async function tell(
  tx: Tx,
  { stopOrderId, scope, value }: StopOrderRow,
  of: { change: StopChange; actor: string; at: string },
): Promise<void> {
  const { change, actor, at } = of;
  const named = { stopOrderId, scope, ...(value !== null && { value }) };
  const entry = { caseId: stopOrderId, kind: `stop-order-${change}` as const, at, actor, data: named };
  const { seq } = await journal.append(tx, entry);
  const data: StopOrderChanged = { ...named, change, at };
  const type = 'arrears.contacts.stop-order-changed.v1' as const;
  await publish(tx, [{ type, debtorId: stopOrderId, aggregate: stopOrderId, version: seq, data, at }]);
}

async function mustRead(tx: Tx, stopOrderId: string, lock: '' | 'FOR UPDATE' = ''): Promise<StopOrderRow> {
  const row = await readStopOrder(tx, stopOrderId, lock);
  if (row === null) throw problem('not-found', 'There is no such stop order.');
  return row;
}
