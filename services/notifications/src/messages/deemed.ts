import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { publishFact } from './message-facts.js';
import { lockDeemed, moveMessage } from './transition.store.js';

/**
 * Letters that were posted, not signed for, and whose days are over: from now on they count as delivered, also those that
 * were refused or came back. Business clock.
 * @returns how many
 */
export async function deemDelivered({ db, clock }: { db: Database; clock: Clock }, limit = 100): Promise<number> {
  const now = clock.nowIso();
  return db.transaction(async (tx) => {
    const due = await lockDeemed(tx, now, limit);
    for (const row of due) {
      await moveMessage(tx, row.messageId, [row.state], { state: 'deemed-delivered', deemedAt: null }, now);
      await publishFact(tx, row, 'deemed-delivered', { sentAt: row.sentAt, deemedAt: row.deemedAt }, now);
    }
    return due.length;
  });
}
