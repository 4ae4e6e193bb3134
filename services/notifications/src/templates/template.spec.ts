import { describe, expect, it } from '@jest/globals';
import { loadTemplates } from './load-templates.js';
import { checkTemplate, render, type Template } from './template.js';

const template: Template = {
  id: 'test',
  version: 1,
  channel: 'sms',
  purpose: 'collect',
  title: { zh: '测试', en: 'Test' },
  variables: {
    creditor: { type: 'text', sample: '示例银行' },
    debts: { type: 'list', sample: ['one'] },
    nextDue: { type: 'text', optional: true, sample: '2026-12-08' },
  },
  texts: {
    zh: '【{creditor}】{debts}{nextDue?，下期 {nextDue}}',
    en: '[{creditor}] {debts}{nextDue?, next {nextDue}}',
  },
};

describe('a template', () => {
  it('puts its variables in, lists joined in the manner of the language', () => {
    expect(render(template, 'zh', { creditor: '示例银行', debts: ['甲', '乙'] })).toBe('【示例银行】甲；乙');
    expect(render(template, 'en', { creditor: 'Sample Bank', debts: ['a', 'b'] })).toBe('[Sample Bank] a; b');
  });

  it('shows an optional part only when its variable is given', () => {
    expect(render(template, 'en', { creditor: 'Sample Bank', debts: ['a'], nextDue: '2026-12-08' })).toBe(
      '[Sample Bank] a, next 2026-12-08',
    );
  });

  it('never reads a value as a placeholder', () => {
    expect(render(template, 'en', { creditor: '{debts}', debts: ['{creditor}'] })).toBe('[{debts}] {creditor}');
  });

  it.each([
    ['missing', { debts: ['a'] }],
    ['of another type', { creditor: 'Sample Bank', debts: 'a' }],
    ['empty', { creditor: '', debts: ['a'] }],
  ])('refuses to be rendered with a variable that is %s', (_what, values) => {
    expect(() => render(template, 'en', values)).toThrow(RangeError);
  });

  it.each([
    ['unknown-variable', { ...template, texts: { ...template.texts, zh: '{creditor}{debts}{nextDue}{amount}' } }],
    ['unused-variable', { ...template, texts: { ...template.texts, en: '{creditor} {debts}' } }],
    ['creditor-missing', { ...template, texts: { zh: '{debts}{nextDue}', en: '{debts}{nextDue}' } }],
    [
      'sample-type',
      { ...template, variables: { ...template.variables, debts: { type: 'list' as const, sample: 'one' } } },
    ],
    ['too-long', { ...template, texts: { ...template.texts, zh: `${template.texts.zh}${'长'.repeat(700)}` } }],
  ])('is refused for %s', (code, bad) => {
    expect(checkTemplate(bad).map((problem) => problem.code)).toContain(code);
  });
});

describe('the shipped templates', () => {
  it('load without a problem, each in both languages', () => {
    const templates = loadTemplates(new URL('../../templates', import.meta.url).pathname);
    expect(templates.all().map(({ id }) => id)).toEqual([
      'correction',
      'final-reminder',
      'reminder-1',
      'reminder-2',
      'thank-you',
    ]);
  });
});
