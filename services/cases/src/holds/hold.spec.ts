import { describe, expect, it } from '@jest/globals';
import type { HoldRule, Span } from '@arrears/treatment';
import { shapeHold } from './hold.js';

const now = Date.parse('2026-11-09T02:00:00.000Z');
const add = (at: number, { n }: Span) => at + n * 86_400_000;
const rule: HoldRule = {
  kind: 'dispute',
  effects: ['contact'],
  allows: ['serve'],
  maxFor: { n: 10, unit: 'days' },
  opens: 'supervisor',
  ends: 'date',
};

describe('a hold as the policy shapes it', () => {
  it('has the effects of the policy and its longest duration unless it is asked to end sooner', () => {
    expect(shapeHold({ kind: 'dispute' }, rule, now, add)).toEqual({
      effects: ['contact'],
      allows: ['serve'],
      until: '2026-11-19T02:00:00.000Z',
    });
    const sooner = shapeHold({ kind: 'dispute', until: '2026-11-12T00:00:00Z' }, rule, now, add);
    expect(sooner).toMatchObject({ until: '2026-11-12T00:00:00.000Z' });
  });

  it.each([
    ['longer than the policy lets it', '2026-12-01T00:00:00Z'],
    ['in the past', '2026-11-01T00:00:00Z'],
  ])('is refused when it would end %s', (_name, until) =>
    expect(shapeHold({ kind: 'dispute', until }, rule, now, add)).toHaveProperty('refused'),
  );

  it('of a kind that the policy does not describe stops contact and escalation until it is lifted', () => {
    expect(shapeHold({ kind: 'hardship' }, undefined, now, add)).toMatchObject({
      effects: ['contact', 'escalation'],
      until: null,
    });
  });
});
