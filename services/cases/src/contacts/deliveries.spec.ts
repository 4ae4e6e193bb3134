import { describe, expect, it } from '@jest/globals';
import type { MessageFailed } from '@arrears/contracts';
import { replaces, stepFactOf } from './deliveries.js';

const at = '2026-11-09T02:00:00.000Z';
const failed = (because: MessageFailed['because'], more: Partial<MessageFailed> = {}) =>
  stepFactOf('failed', { because, at, ...more } as MessageFailed);

describe('what a fact about a message means for its step', () => {
  it.each([
    ['stale', 'stale', true],
    ['denied', 'refused', true],
    ['expired', 'lapsed', true],
    ['refused-by-provider', 'failed', true],
    ['failed', 'failed', true],
    ['no-contact-point', 'unperformable', true],
    ['never-left', 'cancelled', true],
    ['cancelled', 'cancelled', false],
  ] as const)('failed because of %s → %s', (because, outcome, wakes) =>
    expect(failed(because)).toMatchObject({ outcome, wakes }),
  );

  it('keeps the rule and the time of a denial as a hint', () => {
    expect(failed('denied', { rule: 'CN-CBA-TIME', until: 'never' }).denial).toEqual({
      rule: 'CN-CBA-TIME',
      until: 'never',
    });
    expect(failed('failed').denial).toBeUndefined();
  });

  it('wakes the case for what is unknown, never for what went well', () => {
    expect([
      stepFactOf('unknown', { at } as MessageFailed),
      stepFactOf('delivered', { at } as MessageFailed),
      stepFactOf('sent', { at } as MessageFailed),
    ]).toEqual([
      { outcome: 'unknown', wakes: true },
      { outcome: 'delivered', wakes: false },
      { outcome: 'done', wakes: false },
    ]);
  });

  it.each([
    [null, 'done', true],
    ['done', 'done', false],
    ['done', 'delivered', true],
    ['delivered', 'done', false],
    ['delivered', 'failed', false],
    ['unknown', 'delivered', true],
    ['unknown', 'done', true],
    ['failed', 'done', false],
    ['done', 'failed', true],
  ] as const)('%s then %s: replaced %s', (known, news, expected) => expect(replaces(known, news)).toBe(expected));
});
