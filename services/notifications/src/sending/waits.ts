import type { MessageRow } from '../messages/message.store.js';
import { placeOf } from '../messages/spread.js';

const askAgainMs = 1_000;

/**
 * Real ms until a message is looked at again when the gate is silent or has not heard the case's latest yet: a second,
 * then later each time, so that those who wait do not keep the pace from those who have not been tried.
 */
export function silentGateMs({ attempts }: Pick<MessageRow, 'attempts'>): number {
  return askAgainMs * Math.min(Math.max(attempts, 1), 10);
}

/**
 * Real ms until a stopped message asks again: 5 to 10 s, then twice as long up to a minute. Where in its interval belongs
 * to the message, so that after the order is lifted they come out evenly and not in one burst.
 */
export function stoppedMs({ messageId, stoppedAsks }: Pick<MessageRow, 'messageId' | 'stoppedAsks'>): number {
  const longestMs = Math.min(60_000, 10_000 * 2 ** Math.min(stoppedAsks, 10));
  return Math.round(longestMs * (0.5 + 0.5 * placeOf(`${messageId}|${stoppedAsks}`)));
}
