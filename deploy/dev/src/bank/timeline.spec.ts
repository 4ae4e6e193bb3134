import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { eventTypes } from '@arrears/contracts';
import { firstArrears, isCardFile, readCardAccounts } from './portfolio.js';
import { timeline } from './timeline.js';

const text = readFileSync(new URL('../../data/card-accounts-excerpt.csv', import.meta.url), 'utf8');
const accounts = readCardAccounts(text);
const options = { accounts, limit: 300, origin: '2026-11-23', agreementId: 'AGR-DEMO', seed: 7, utcOffsetHours: 8 };

describe('the portfolio of the demo', () => {
  it('is 1,000 real accounts that were late at least once', () => {
    expect(isCardFile(text)).toBe(true);
    expect(accounts).toHaveLength(1000);
    expect(accounts.every((account) => firstArrears(account) !== undefined)).toBe(true);
  });

  it('names the line of a value that is not a number', () => {
    const [header = '', first = ''] = text.split('\n');
    expect(() =>
      readCardAccounts(`${header}\n${first}\n${first.replace(/,[^,]+$/, '').replace(/,[^,]+$/, ',x,0')}\n`),
    ).toThrow('Line 3');
  });
});

describe('what the simulated bank sends', () => {
  const messages = timeline(options);
  const overdue = messages.filter(({ type }) => type === 'arrears.bank.loan-overdue.v1');
  const dayOf = (at: number) => Math.floor((at + 8 * 3_600_000 - Date.parse('2026-11-23T00:00:00Z')) / 86_400_000);

  it('hands over 300 first misses within three days', () => {
    expect(overdue).toHaveLength(300);
    expect(new Set(overdue.map(({ at }) => dayOf(at)))).toEqual(new Set([0, 1, 2]));
  });

  it('gives a fifth of the debtors two or three accounts', () => {
    const perDebtor = new Map<string, number>();
    for (const { data } of overdue)
      if ('customerNo' in data) perDebtor.set(data.customerNo, (perDebtor.get(data.customerNo) ?? 0) + 1);
    const several = [...perDebtor.values()].filter((count) => count > 1);
    expect(Math.max(...several)).toBeLessThanOrEqual(3);
    expect(several.length / perDebtor.size).toBeGreaterThan(0.14);
    expect(several.length / perDebtor.size).toBeLessThan(0.26);
  });

  it('keeps to the contracts, with sequences rising for each loan', () => {
    const last = new Map<string, number>();
    for (const { type, data, loanId } of messages) {
      expect(eventTypes[type].schema.safeParse(data).error).toBeUndefined();
      expect(data.sequence).toBeGreaterThan(last.get(loanId) ?? 0);
      last.set(loanId, data.sequence ?? 0);
    }
  });

  it('gives every debtor a phone, an e-mail address and a postal address that lead nowhere', () => {
    for (const { data } of overdue) {
      const points = 'contactPoints' in data ? (data.contactPoints ?? []) : [];
      const values = Object.fromEntries(points.map(({ kind, value }) => [kind, value]));
      expect(values).toEqual({
        mobile: expect.stringMatching(/^\+1\d{3}55501\d\d$/),
        email: expect.stringMatching(/@example\.com$/),
        address: expect.objectContaining({ region: '示範縣', line: expect.stringContaining('合成') }),
      });
    }
  });

  it('is the same every time, and each message has its own id', () => {
    expect(timeline(options)).toEqual(messages);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });

  it('pays most cured accounts within eight days of the last handover', () => {
    const paid = messages.filter(({ type }) => type === 'arrears.bank.repayment-received.v1');
    expect(paid.length).toBeGreaterThan(100);
  });
});
