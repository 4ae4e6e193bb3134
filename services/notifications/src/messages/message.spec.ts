import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askAgainAfterSeconds, deemedAt, progress, type MessageState, type ProviderStatus } from './message.js';

const statuses: ProviderStatus[] = ['accepted', 'sent', 'delivered', 'failed', 'expired', 'returned'];
const after = (state: MessageState, words: ProviderStatus[]): MessageState =>
  words.reduce((now, word) => {
    const step = progress(now, word);
    return step.changed ? step.state : now;
  }, state);

describe('the life of a message', () => {
  it('moves forward as the provider reports', () => {
    expect(after('handed-over', ['accepted', 'sent', 'delivered'])).toBe('delivered');
  });

  it('takes an expired validity as failed, and says so', () => {
    expect(progress('accepted', 'expired')).toEqual({ changed: true, state: 'failed', because: 'expired' });
  });

  it.each<[MessageState, ProviderStatus[], MessageState]>([
    ['accepted', ['failed', 'delivered'], 'delivered'],
    ['accepted', ['delivered', 'failed'], 'delivered'],
    ['accepted', ['delivered', 'returned'], 'delivered'],
    ['sent', ['returned', 'delivered'], 'delivered'],
    ['sent', ['returned', 'sent', 'failed'], 'returned'],
    ['deemed-delivered', ['delivered'], 'delivered'],
    ['deemed-delivered', ['returned'], 'returned'],
    ['deemed-delivered', ['failed', 'sent'], 'deemed-delivered'],
  ])('%s, then %j: ends %s', (from, words, to) => {
    expect(after(from, words)).toBe(to);
  });

  it('is not moved by a provider that never had it', () => {
    for (const state of ['queued', 'cancelled', 'permitted'] as const)
      for (const status of statuses) expect(progress(state, status, false)).toEqual({ changed: false });
  });

  it('believes a provider that had given it back and now says that it left', () => {
    expect(progress('queued', 'delivered')).toEqual({ changed: true, state: 'delivered' });
    expect(progress('cancelled', 'sent')).toEqual({ changed: true, state: 'sent' });
    expect(progress('queued', 'failed')).toEqual({ changed: false });
    expect(progress('cancelled', 'accepted')).toEqual({ changed: false });
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

  it('counts a letter as delivered so many days after it was posted, if at all', () => {
    expect(deemedAt('2026-11-24T02:00:00.000Z', 3)).toBe('2026-11-27T02:00:00.000Z');
    expect(deemedAt('2026-11-24T02:00:00.000Z', null)).toBeNull();
  });
});
