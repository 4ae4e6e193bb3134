import { describe, expect, it } from '@jest/globals';
import { amountOf, byDay, factsOf, groupOf } from './entries.js';

const entry = (kind: string, more: object = {}) => ({ at: '2026-11-23T02:00:00.000Z', id: 'j1', kind, ...more });

describe('entries of a timeline', () => {
  it.each([
    ['message-delivered', 'contact'],
    ['permit-denied', 'contact'],
    ['bank-payment', 'money'],
    ['balance-changed', 'money'],
    ['third-party-refused', 'people'],
    ['decision', 'flow'],
    ['something-new', 'flow'],
  ])('%s belongs to %s', (kind, group) => {
    expect(groupOf(kind)).toBe(group);
  });

  it('tell codes and ids, in one order, and no structure', () => {
    expect(factsOf(entry('step-ended', { outcome: 'sent', step: 'reminder-1', covers: ['a'], data: {} }))).toEqual([
      'reminder-1',
      'sent',
    ]);
  });

  it('show an amount only where it is one', () => {
    expect(amountOf(entry('bank-payment', { amount: '50000' }))).toBe('50000');
    expect(amountOf(entry('bank-payment', { amount: 'much' }))).toBeNull();
    expect(amountOf(entry('decision'))).toBeNull();
  });

  it('stand under their day, in the order they came', () => {
    const days = byDay([entry('a'), entry('b'), { ...entry('c'), at: '2026-11-22T02:00:00.000Z' }], (at) =>
      at.slice(0, 10),
    );
    expect(days.map(({ day, entries }) => [day, entries.map(({ kind }) => kind)])).toEqual([
      ['2026-11-23', ['a', 'b']],
      ['2026-11-22', ['c']],
    ]);
  });
});
