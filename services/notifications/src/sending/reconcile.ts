import { askAgainAfterSeconds } from '../messages/message.js';
import { takeProviderStatus, violationsIn } from '../messages/message-outcome.js';
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
    if (!settled || !told) await lookAgain(parts.db, row.messageId, nextLookMs(parts, row));
  }
  return open.length;
}

/** A sender that is only slow may still be on its way to the provider for so long after its permit. */
const afterPermitMs = 5_000;

/**
 * Later and later, but never past the moment at which a provider that knows nothing means that nothing was sent: attempts
 * count the waits before sending too, and a message that waited long there would wait for minutes here.
 */
function nextLookMs({ clock }: SenderParts, row: MessageRow): number {
  const backOffMs = askAgainAfterSeconds(row.attempts) * 1000;
  if (row.permitExpiresReal === null) return backOffMs;
  const leftMs = Date.parse(row.permitExpiresReal) + afterPermitMs - clock.realNow();
  return leftMs > 0 ? Math.min(backOffMs, leftMs + 100) : backOffMs;
}

/** True when the outcome is known now. */
async function askProvider(parts: SenderParts, row: MessageRow): Promise<boolean> {
  const answer = await parts.provider.ask(row.messageId);
  const now = parts.clock.nowIso();
  if (answer.answer === 'known') {
    const word = { status: answer.status, providerMessageId: answer.providerMessageId, at: now };
    const before = await parts.db.transaction(async (tx) => {
      const locked = await lockMessage(tx, { messageId: row.messageId });
      if (locked) await takeProviderStatus(tx, locked, word, now);
      return locked;
    });
    // When it was delivered the provider does not say here: only a receipt tells that it was too late.
    if (before && violationsIn(before, word).includes('duplicate_contact')) parts.violated?.('duplicate_contact');
    return true;
  }
  const permitOver =
    row.permitExpiresReal !== null && parts.clock.realNow() > Date.parse(row.permitExpiresReal) + afterPermitMs;
  if (answer.answer === 'no-answer' || !permitOver) return false;
  // The provider never had it and no permit allows it any more: it did not leave, and may be queued for a new permit.
  await parts.db.transaction((tx) =>
    moveMessage(
      tx,
      row.messageId,
      ['permitted', 'unknown'],
      { state: 'queued', owedToGate: 'never-left', permitId: row.permitId },
      now,
    ),
  );
  return true;
}
