import type { Clock } from '@arrears/clock';
import { newId, type NotificationActivities } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import { findCaseFacts } from '../case-facts/case-facts.store.js';
import { insertMessage, lockMessage, moveMessage } from './message.store.js';

/** What the case workflow may ask of this service. Both are safe to repeat: the effect key decides. */
export function messageActivities({ db, clock }: { db: Database; clock: Clock }): NotificationActivities {
  return {
    queueMessage: (message) =>
      db.transaction(async (tx) => {
        const known = await lockMessage(tx, { effectKey: message.effectKey });
        if (known) return 'queued';
        const facts = await findCaseFacts(tx, message.caseId);
        if (facts && facts.voidBefore > message.expects.caseSeq) return 'stale';
        await insertMessage(tx, newId<'MessageId'>(), message, clock.nowIso());
        return 'queued';
      }),

    cancelMessage: ({ effectKey }) =>
      db.transaction(async (tx) => {
        const row = await lockMessage(tx, { effectKey });
        if (!row || row.state === 'cancelled') return 'cancelled';
        const withdrawn = await moveMessage(
          tx,
          row.messageId,
          ['queued'],
          { state: 'cancelled', because: 'cancelled' },
          clock.nowIso(),
        );
        return withdrawn ? 'cancelled' : 'too-late';
      }),
  };
}
