import { describe, expect, it } from '@jest/globals';
import type { MessageFailed } from '@arrears/contracts';
import { proofsOf, replaces, stepFactOf, type Delivery } from './deliveries.js';

const at = '2026-11-09T02:00:00.000Z';
const failed = (because: MessageFailed['because'], more: Partial<MessageFailed> = {}) =>
  stepFactOf({ name: 'failed', fact: { because, at, ...more } as MessageFailed });
const told = (name: Delivery['name'], fact: object) => ({ name, fact: { at, ...fact } }) as Delivery;

describe('what a fact about a message means for its step', () => {
  it.each([
    ['stale', 'stale', 'always'],
    ['denied', 'refused', 'always'],
    ['expired', 'lapsed', 'always'],
    ['refused-by-provider', 'failed', 'always'],
    ['failed', 'failed', 'always'],
    ['no-contact-point', 'unperformable', 'always'],
    ['never-left', 'cancelled', 'always'],
    ['cancelled', 'cancelled', 'never'],
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

  it.each([
    ['accepted', {}, { outcome: 'done', at, wakes: 'never' }],
    ['sent', {}, { outcome: 'done', at, wakes: 'never' }],
    ['unknown', {}, { outcome: 'unknown', at, wakes: 'always' }],
    ['delivered', { deliveredAt: '2026-11-08T01:00:00Z' }, { outcome: 'delivered', wakes: 'when-awaited' }],
    ['deemed-delivered', { deemedAt: '2026-11-12T01:00:00Z' }, { outcome: 'deemed-delivered', wakes: 'when-awaited' }],
    ['returned', { returnedAt: '2026-11-11T01:00:00Z' }, { outcome: 'returned', wakes: 'always' }],
  ] as const)('%s', (name, fact, expected) => expect(stepFactOf(told(name, fact))).toMatchObject(expected));

  it('counts from the day of delivery, not from the day on which it was told', () =>
    expect(stepFactOf(told('delivered', { deliveredAt: '2026-11-08T01:00:00Z' })).at).toBe('2026-11-08T01:00:00Z'));

  it.each([
    [null, 'done', true],
    ['done', 'done', false],
    ['done', 'delivered', true],
    ['delivered', 'done', false],
    ['delivered', 'failed', false],
    ['delivered', 'returned', false],
    ['unknown', 'delivered', true],
    ['unknown', 'done', true],
    ['failed', 'done', false],
    ['done', 'failed', true],
    ['done', 'deemed-delivered', true],
    ['deemed-delivered', 'delivered', true],
    ['deemed-delivered', 'returned', true],
    ['returned', 'deemed-delivered', false],
    ['returned', 'delivered', true],
    ['returned', 'done', false],
  ] as const)('%s then %s: replaced %s', (known, news, expected) => expect(replaces(known, news)).toBe(expected));
});

describe('what a letter proves', () => {
  const letter = { channel: 'letter', purpose: 'collect', permitId: 'p' };
  it.each([
    ['delivered', letter, { kinds: ['compliant-demand', 'delivered-letter'], compliant: true }],
    ['deemed-delivered', letter, { kinds: ['compliant-demand', 'delivered-letter'], compliant: true }],
    ['delivered', { ...letter, purpose: 'serve' }, { kinds: ['delivered-letter'], compliant: true }],
    ['delivered', { ...letter, permitId: undefined }, { compliant: false }],
    ['returned', letter, { compliant: false }],
  ] as const)('%s', (name, fact, expected) => expect(proofsOf(told(name, fact))).toMatchObject(expected));
  it.each([
    ['sent', letter],
    ['delivered', { ...letter, channel: 'sms' }],
  ] as const)('nothing: %s', (name, fact) => expect(proofsOf(told(name, fact))).toBeNull());
});
