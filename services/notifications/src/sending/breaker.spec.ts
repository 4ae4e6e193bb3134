import { describe, expect, it } from '@jest/globals';
import type { SendAnswer } from '../providers/ports.js';
import { breaker } from './breaker.js';

const unknown: SendAnswer = { answer: 'unknown' };
const accepted: SendAnswer = { answer: 'accepted', providerMessageId: 'p' };
const refused: SendAnswer = { answer: 'refused', code: 'no-such-number', blames: 'message' };

describe('the breaker of a provider', () => {
  const troubled = () => {
    const one = breaker({ troubles: 3, openMs: 30_000 });
    for (let n = 0; n < 3; n += 1) {
      expect(one.allows(n)).toBe(true);
      one.note(unknown, n);
    }
    return one;
  };

  it('leaves it alone after so many troubles in a row', () => {
    const one = troubled();
    expect(one.allows(29_000)).toBe(false);
    expect(one.waitMs(10_002)).toBe(20_000);
  });

  it.each<[string, SendAnswer]>([
    ['an acceptance', accepted],
    ['a refusal of the message itself', refused],
  ])('counts anew after %s', (_, answer) => {
    const one = breaker({ troubles: 3 });
    for (const told of [unknown, unknown, answer, unknown, unknown]) one.note(told, 0);
    expect(one.allows(0)).toBe(true);
  });

  it('lets one message try after the rest, and the others once that got through', () => {
    const one = troubled();
    expect([one.allows(30_002), one.allows(30_003)]).toEqual([true, false]);
    one.note(accepted, 30_100);
    expect(one.allows(30_100)).toBe(true);
    one.note(unknown, 30_200);
    expect(one.allows(30_200)).toBe(true);
  });

  it('rests again when that one had trouble too', () => {
    const one = troubled();
    expect(one.allows(30_002)).toBe(true);
    one.note(unknown, 30_100);
    expect([one.allows(60_000), one.allows(60_101)]).toEqual([false, true]);
  });

  it('lets another try when the first was never heard of again', () => {
    const one = troubled();
    expect(one.allows(30_002)).toBe(true);
    expect([one.allows(45_000), one.allows(45_003)]).toEqual([false, true]);
  });

  it('waits as long as a provider asks that has too much to do', () => {
    const one = breaker();
    one.note({ answer: 'throttled', retryAfterMs: 2_000 }, 0);
    expect([one.allows(1_999), one.waitMs(500), one.allows(2_000)]).toEqual([false, 1_500, true]);
  });
});
