import { describe, expect, it } from '@jest/globals';
import { openClock } from '@arrears/clock';
import type { Handler, Received } from '@arrears/messaging';
import type { Invariant } from '@arrears/observability';
import type { Tx } from '@arrears/persistence';
import { deliveriesHandlers } from './deliveries.consumer.js';

/** A database that knows no permit. */
const empty: Tx = { query: async () => [], execute: async () => 0 };
type Type = keyof ReturnType<typeof deliveriesHandlers>;

async function take(type: Type, data: object): Promise<Invariant[]> {
  const seen: Invariant[] = [];
  const handler = deliveriesHandlers(openClock({}), (invariant) => seen.push(invariant))[type] as Handler;
  await handler(empty, { data } as Received).catch(() => undefined);
  return seen;
}

describe('a contact without a permit', () => {
  it('is a message that left with none, or with one that we never gave', async () => {
    const permitId = '0190a000-0000-7000-8000-00000000000a';
    expect(await take('arrears.notifications.message-delivered.v1', {})).toEqual(['contact_without_permit']);
    expect(await take('arrears.notifications.message-sent.v1', { permitId })).toEqual(['contact_without_permit']);
  });

  it('is no message that never left', async () => {
    expect(await take('arrears.notifications.message-failed.v1', { because: 'stale' })).toEqual([]);
    expect(await take('arrears.notifications.message-unknown.v1', {})).toEqual([]);
  });
});
