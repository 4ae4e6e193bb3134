import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countState, release, settle, type PermitState } from './settle.js';

const outcomes = ['handed-over', 'unknown', 'sent', 'delivered', 'failed', 'never-left'] as const;
type Outcome = (typeof outcomes)[number];
const after = (told: readonly Outcome[], from: PermitState = 'granted'): PermitState =>
  told.reduce((state: PermitState, outcome) => settle(state, outcome) ?? state, from);
const sms = ['smsSent', 'smsDelivered', 'anyContact'] as const;
const counts = (state: PermitState) => sms.map((kind) => countState(kind, state));

describe('settling a permit', () => {
  it.each<[Outcome[], PermitState]>([
    [['handed-over', 'sent', 'delivered'], 'delivered'],
    [['delivered', 'sent', 'handed-over'], 'delivered'],
    [['unknown', 'never-left'], 'never-left'],
    [['never-left', 'never-left', 'failed'], 'never-left'],
    [['unknown', 'never-left', 'unknown'], 'never-left'],
    [['sent', 'failed', 'delivered'], 'delivered'],
    [['delivered', 'failed'], 'delivered'],
    [['sent', 'never-left'], 'sent'],
    [['never-left', 'delivered'], 'delivered'],
    [['never-left', 'handed-over'], 'handed-over'],
  ])('%j ends as %s', (told, state) => {
    expect(after(told)).toBe(state);
  });

  it('ends the same however often each outcome is told', () => {
    const told = fc.array(fc.constantFrom(...outcomes), { maxLength: 8 });
    fc.assert(
      fc.property(told, (list) => {
        expect(after(list.flatMap((outcome) => [outcome, outcome]))).toBe(after(list));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a delivery counted whatever else is told, before or after', () => {
    const told = fc.array(fc.constantFrom(...outcomes), { maxLength: 6 });
    fc.assert(
      fc.property(told, told, (before, afterwards) => {
        expect(after([...before, 'delivered', ...afterwards])).toBe('delivered');
      }),
      { numRuns: 300 },
    );
  });

  it('releases what nobody used, once', () => {
    expect(release('granted')).toBe('released');
    expect(release('released')).toBeNull();
    expect(release('never-left')).toBeNull();
    expect(release('handed-over')).toBe('used');
    expect(release('unknown')).toBe('used');
  });

  it('believes a delivery even of a permit that was released', () => {
    expect(settle('released', 'delivered')).toBe('delivered');
  });
});

describe('counters by the state of their permit', () => {
  it.each<[PermitState, string[]]>([
    ['granted', ['reserved', 'reserved', 'reserved']],
    ['handed-over', ['reserved', 'reserved', 'reserved']],
    ['unknown', ['reserved', 'reserved', 'reserved']],
    ['sent', ['counted', 'reserved', 'counted']],
    ['delivered', ['counted', 'counted', 'counted']],
    ['failed', ['counted', 'given-back', 'counted']],
    ['never-left', ['given-back', 'given-back', 'given-back']],
    ['released', ['given-back', 'given-back', 'given-back']],
  ])('%s: sent, delivered and any contact are %j', (state, expected) => {
    expect(counts(state)).toEqual(expected);
  });
});
