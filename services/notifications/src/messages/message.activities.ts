import type { Clock } from '@arrears/clock';
import { newId, type NotificationActivities, type QueueMessage } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';
import { findCaseFacts } from '../case-facts/case-facts.store.js';
import { journal } from '../journal.js';
import { publishFact } from './message-facts.js';
import { insertMessage, lockMessage, type MessageRow } from './message.store.js';
import { spreadOver } from './spread.js';
import { moveMessage } from './transition.store.js';

export interface ActivityParts {
  db: Database;
  clock: Clock;
  spreadMs: number;
  /** Asks the provider to take a message back that it has; only letters can be, and only before they are posted. */
  recall: (row: MessageRow) => Promise<'recalled' | 'too-late' | 'unknown'>;
}

/** What the case workflow may ask of this service. Both are safe to repeat: the effect key decides. */
export function messageActivities(parts: ActivityParts): NotificationActivities {
  const { db, clock } = parts;
  return {
    queueMessage: (message) =>
      db.transaction(async (tx) => {
        if (await lockMessage(tx, { effectKey: message.effectKey })) return 'queued';
        const facts = await findCaseFacts(tx, message.caseId);
        if (facts && facts.voidBefore > message.expects.caseSeq) return 'stale';
        await queue(tx, message, parts.spreadMs, clock.nowIso());
        return 'queued';
      }),

    cancelMessage: async ({ effectKey }) => {
      const withdrawn = await db.transaction((tx) => withdraw(tx, effectKey, clock.nowIso()));
      if (typeof withdrawn === 'string') return withdrawn;
      const answer = await parts.recall(withdrawn);
      // The workflow repeats an activity that throws: it must not go on as if a letter were on its way, or were not.
      if (answer === 'unknown') throw new Error('the provider does not say whether the message can be taken back');
      if (answer === 'too-late') return 'too-late';
      return db.transaction((tx) => takeBack(tx, withdrawn, clock.nowIso()));
    },
  };
}

async function queue(tx: Tx, message: QueueMessage, spreadMs: number, at: string): Promise<void> {
  const messageId = newId<'MessageId'>();
  const notBefore = message.spread
    ? spreadOver(messageId, message.notBefore, message.notAfter, spreadMs)
    : new Date(message.notBefore).toISOString();
  if (!(await insertMessage(tx, messageId, message, notBefore, at))) return;
  const { effectKey, channel, purpose, templateId, notAfter } = message;
  await journal.append(tx, {
    caseId: message.caseId,
    kind: 'message-queued',
    at,
    actor: 'service:notifications',
    data: { messageId, effectKey, channel, purpose, templateId, notBefore, notAfter },
  });
}

/** Before any provider was called a message is ours to withdraw. A row = one that only its provider can give back. */
async function withdraw(tx: Tx, effectKey: string, at: string): Promise<'cancelled' | 'too-late' | MessageRow> {
  const row = await lockMessage(tx, { effectKey });
  if (!row || row.state === 'cancelled') return 'cancelled';
  if (row.state === 'queued' || row.state === 'permitted') {
    await moveMessage(
      tx,
      row.messageId,
      [row.state],
      {
        state: 'cancelled',
        because: 'cancelled',
        ...(row.state === 'permitted' && { owedToGate: 'never-left' as const }),
      },
      at,
    );
    await cancelled(tx, row, at);
    return 'cancelled';
  }
  const mayComeBack = row.channel === 'letter' && ['handed-over', 'unknown', 'accepted'].includes(row.state);
  return mayComeBack ? row : 'too-late';
}

/** The provider took it back. A receipt that was faster and says that it is on its way wins. */
async function takeBack(tx: Tx, { messageId }: MessageRow, at: string): Promise<'cancelled' | 'too-late'> {
  const row = await lockMessage(tx, { messageId });
  const moved = await moveMessage(
    tx,
    messageId,
    ['handed-over', 'unknown', 'accepted'],
    { state: 'cancelled', because: 'cancelled', owedToGate: 'never-left' },
    at,
  );
  if (!row || !moved) return row?.state === 'cancelled' ? 'cancelled' : 'too-late';
  await cancelled(tx, row, at);
  await publishFact(tx, row, 'failed', { because: 'cancelled' }, at);
  return 'cancelled';
}

async function cancelled(tx: Tx, { caseId, messageId, state }: MessageRow, at: string): Promise<void> {
  const data = { messageId, was: state };
  await journal.append(tx, { caseId, kind: 'message-cancelled', at, actor: 'service:notifications', data });
}
