import { askAgainAfterSeconds } from '../messages/message.js';
import { takeProviderStatus } from '../messages/message-outcome.js';
import { lockMessage, lookAgain, moveMessage, openMessages, type MessageRow } from '../messages/message.store.js';
import type { SenderParts } from './sender.js';
import { tellGate } from './tell-gate.js';

/**
 * Settles what a crash, a time-out or a silent gate left open: messages that were permitted or are unknown, and permits
 * whose use the gate has not heard of. Never sends. Returns how many rows were looked at.
 */
export async function reconcile(parts: SenderParts, limit = 50): Promise<number> {
  const open = await openMessages(parts.db, limit);
  for (const row of open) {
    const settled = row.state === 'permitted' || row.state === 'unknown' ? await askProvider(parts, row) : true;
    const told = await tellGate(parts, row.messageId);
    if (!settled || !told) await lookAgain(parts.db, row.messageId, askAgainAfterSeconds(row.attempts) * 1000);
  }
  return open.length;
}

/** True when the outcome is known now. */
async function askProvider(parts: SenderParts, row: MessageRow): Promise<boolean> {
  const answer = await parts.provider.ask(row.messageId);
  const now = parts.clock.nowIso();
  if (answer.answer === 'known') {
    await parts.db.transaction(async (tx) => {
      const locked = await lockMessage(tx, { messageId: row.messageId });
      if (locked)
        await takeProviderStatus(
          tx,
          locked,
          { status: answer.status, providerMessageId: answer.providerMessageId, at: now },
          now,
        );
    });
    return true;
  }
  // A sender that is only slow may still be on its way to the provider while its permit lives: ask again after it.
  const permitOver =
    row.permitExpiresReal !== null && parts.clock.realNow() > Date.parse(row.permitExpiresReal) + 5_000;
  if (answer.answer === 'no-answer' || !permitOver) return false;
  // The provider never had it and no permit allows it any more: it did not leave, and may be queued for a new permit.
  await parts.db.transaction((tx) =>
    moveMessage(tx, row.messageId, ['permitted', 'unknown'], { state: 'queued', owedToGate: 'never-left' }, now),
  );
  return true;
}
