import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { findMessage } from '../messages/message.store.js';
import { gateSettled } from '../messages/transition.store.js';
import type { Gate } from './gate.js';

/** Tells the gate what a permit was used for. False = it did not answer; the row keeps the debt and it is told later. */
export async function tellGate(parts: { db: Database; gate: Gate; clock: Clock }, messageId: string): Promise<boolean> {
  const row = await findMessage(parts.db, messageId);
  if (!row?.owedToGate || row.permitId === null || row.contentHash === null) return true;
  const taken = await parts.gate.commit(row.permitId, {
    contactId: messageId,
    contentHash: row.contentHash,
    outcome: row.owedToGate,
    at: parts.clock.nowIso(),
  });
  if (taken) await gateSettled(parts.db, messageId, row.owedToGate);
  return taken;
}
