import { describe, expect, it } from '@jest/globals';
import type { CaseFacts } from '@arrears/contracts';
import { facts, ids } from '../testing/fakes.js';
import { loadLists, shippedTemplates } from './load-templates.js';
import { fits, type Variables } from './shape.js';
import { renderMessage } from './template.js';
import { catalogue, variablesFor } from './variables.js';

const today = '2026-11-24';
const [first] = facts().accounts;
if (first === undefined) throw new Error('the sample case has an account');
const second = '0190a000-0000-7000-8000-0000000000ff';
const two = (over: Partial<CaseFacts['accounts'][number]> = {}): CaseFacts =>
  facts({ accounts: [first, { ...first, accountId: second, loanId: 'L-000456', ...over }] });

describe('what a text may say', () => {
  it('is computed from the case as it stands, in rows and in a sentence', () => {
    const values = variablesFor(two(), [ids.account, second], today, 'zh');
    expect(values).toMatchObject({
      creditor: '示例银行',
      reference: 'C-2222',
      date: today,
      count: 2,
      days: 2,
      debts: ['尾号 0123 应还 CNY 1,246.00', '尾号 0456 应还 CNY 1,246.00'],
      debtRows: [
        { name: '尾号 0123', amount: { minor: '124600', currency: 'CNY' }, asOf: today, daysPastDue: 2 },
        { name: '尾号 0456', amount: { minor: '124600', currency: 'CNY' }, asOf: today, daysPastDue: 2 },
      ],
      total: [{ minor: '249200', currency: 'CNY' }],
      nextDue: '2026-12-22',
    });
  });

  it('names neither a debt that the step does not cover nor one that is paid', () => {
    expect(variablesFor(two(), [second], today, 'en')['debts']).toEqual(['no. …0456 CNY 1,246.00']);
    expect(variablesFor(two({ overdue: '0' }), [ids.account, second], today, 'en')['count']).toBe(1);
    const paid = variablesFor(two({ overdue: '0' }), [second], today, 'en');
    for (const name of ['debts', 'debtRows', 'total', 'days']) expect(paid).not.toHaveProperty(name);
  });

  it('adds no yuan to dollars', () => {
    const values = variablesFor(two({ currency: 'USD', overdue: '500' }), [ids.account, second], today, 'en');
    expect(values['total']).toEqual([
      { minor: '124600', currency: 'CNY' },
      { minor: '500', currency: 'USD' },
    ]);
  });

  it('sets a term that is whole also when the letter counts as delivered on the last possible day', () => {
    const term = (deemedAfterDays: number, days: number) =>
      variablesFor(facts(), [ids.account], today, 'zh', { days, deemedAfterDays });
    expect(term(3, 10)).toMatchObject({ deadline: '2026-12-07', termDays: 10 });
    expect(term(0, 15)).toMatchObject({ deadline: '2026-12-09', termDays: 15 });
  });

  it('names the agreement’s complaint channel, else the creditor’s own service', () => {
    const channel = (of: CaseFacts, language: 'zh' | 'en') =>
      variablesFor(of, [ids.account], today, language)['complaintChannel'];
    const { complaintChannel: _none, ...without } = facts();
    expect(channel(facts({ complaintChannel: '400-800-0000' }), 'zh')).toBe('400-800-0000');
    expect(channel(without, 'zh')).toBe('示例银行客服');
    expect(channel(without, 'en')).toBe('the service line of 示例银行');
  });

  it('is of the type that the catalogue promises', () => {
    const values = variablesFor(two(), [ids.account, second], today, 'zh');
    const given: Variables = { ...values, salutation: '示例客户' };
    expect(Object.keys(given).sort()).toEqual(Object.keys(catalogue).sort());
    for (const [name, { type }] of Object.entries(catalogue))
      expect([name, fits({ type }, given[name])]).toEqual([name, true]);
  });

  it('is enough for every shipped text, and each passes the check with it', () => {
    const lists = loadLists();
    const at = '2026-11-24T02:00:00.000Z';
    const shipped = shippedTemplates(new URL('../../templates', import.meta.url).pathname, lists, at);
    for (const { content } of shipped)
      for (const language of ['zh', 'en'] as const) {
        const values = variablesFor(two(), [ids.account, second], today, language);
        const made = renderMessage({ ...content, version: 1 }, language, { ...values, salutation: '示例客户' });
        expect(made.text).toContain('示例银行');
        expect(made.text).not.toMatch(/[{}]|undefined|null/);
      }
  });
});
