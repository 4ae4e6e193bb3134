import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askAgainAfterSeconds, progress, type MessageState, type ProviderStatus } from './message.js';

const statuses: ProviderStatus[] = ['accepted', 'sent', 'delivered', 'failed', 'expired'];
const after = (state: MessageState, words: ProviderStatus[]): MessageState =>
  words.reduce((now, word) => {
    const step = progress(now, word);
    return step.changed ? step.state : now;
  }, state);

describe('the life of a message', () => {
  it('moves forward as the provider reports', () => {
    expect(after('permitted', ['accepted', 'sent', 'delivered'])).toBe('delivered');
  });

  it('takes an expired validity as failed, and says so', () => {
    expect(progress('accepted', 'expired')).toEqual({ changed: true, state: 'failed', because: 'expired' });
  });

  it('believes a delivery after a failure, not a failure after a delivery', () => {
    expect(after('accepted', ['failed', 'delivered'])).toBe('delivered');
    expect(after('accepted', ['delivered', 'failed'])).toBe('delivered');
  });

  it('is not moved by a provider before it was permitted', () => {
    for (const status of statuses) expect(progress('queued', status)).toEqual({ changed: false });
    expect(progress('cancelled', 'delivered')).toEqual({ changed: false });
  });

  it('ends delivered whatever the order and number of receipts, once one says delivered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statuses), { maxLength: 12 }), fc.nat(), (words, at) => {
        const place = at % (words.length + 1);
        const withDelivery = [...words.slice(0, place), 'delivered' as const, ...words.slice(place)];
        expect(after('unknown', withDelivery)).toBe('delivered');
      }),
    );
  });

  it('asks again ever later, at most every five minutes', () => {
    expect([1, 2, 3, 20].map(askAgainAfterSeconds)).toEqual([2, 4, 8, 300]);
  });
});
