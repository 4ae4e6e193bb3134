import { describe, expect, it } from '@jest/globals';
import { figuresOf } from './figures.js';

const account = (more: object = {}) => ({
  ...{ status: 'open', currency: 'CNY', daysPastDue: 5, bucket: 'M1', classification: 'special-mention' },
  ...{ balances: { principal: '1000', interest: '20', fees: '3' }, overdue: '500' },
  ...more,
});

describe('a case in one look', () => {
  it('adds up what has not left', () => {
    const { sums, live } = figuresOf([account(), account({ daysPastDue: 9 }), account({ status: 'closed' })]);
    expect(live).toHaveLength(2);
    expect(sums).toEqual({ overdue: '1000', principal: '2000', interest: '40', fees: '6', balance: '2046' });
  });

  it('is led by the most days past due, then by the larger debt', () => {
    const large = account({ daysPastDue: 9, balances: { principal: '9000', interest: '0', fees: '0' } });
    expect(figuresOf([account(), account({ daysPastDue: 9 }), large]).lead).toBe(large);
  });

  it('adds nothing up over currencies', () => {
    const { sums, currency } = figuresOf([account(), account({ currency: 'JPY' })]);
    expect([sums, currency]).toEqual([null, null]);
  });

  it('shows all accounts of a case that every account has left', () => {
    expect(figuresOf([account({ status: 'closed' })]).live).toHaveLength(1);
  });
});
