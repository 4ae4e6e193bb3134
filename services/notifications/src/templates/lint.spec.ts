import { describe, expect, it } from '@jest/globals';
import { sampleEmail, sampleLetter, sampleSms } from './fixture.js';
import { isError, type Finding } from './findings.js';
import { lintTemplate, type LintBasis } from './lint.js';
import { loadLists } from './load-templates.js';
import type { Template } from './shape.js';

const lists = loadLists();
const basis: LintBasis = { ...lists, packs: lists.rules.usual, at: '2026-11-24T02:00:00.000Z' };
const lint = (template: Template, over: Partial<LintBasis> = {}) => lintTemplate(template, { ...basis, ...over });
const errorsOf = (findings: readonly Finding[]) =>
  findings.filter(isError).map(({ code, place }) => `${code} ${place}`);
const sms = { creditor: '【{creditor}】', rest: '{debts}{nextDue?{nextDue}} {complaintChannel}' };
/** The sample SMS with some words more in its Chinese text. */
const zhWith = (words: string) =>
  sampleSms({ texts: { zh: `${sms.creditor}${words}${sms.rest}`, en: sampleSms().texts.en as string } });
const enWith = (words: string) =>
  sampleSms({ texts: { zh: sampleSms().texts.zh as string, en: `[{creditor}] ${words} ${sms.rest}` } });

describe('a template without fault', () => {
  it.each([sampleSms(), sampleLetter(), sampleEmail()])('passes: $channel', (template) => {
    expect(lint(template)).toEqual([]);
  });
});

describe('its variables', () => {
  const { variables, texts } = sampleSms() as Extract<Template, { channel: 'sms' }>;
  it.each([
    ['unknown-variable', 'texts.zh', { texts: { ...texts, zh: `${texts.zh}{amount}` } }],
    ['unused-variable', 'texts.en', { texts: { ...texts, en: '[{creditor}] {debts} {complaintChannel}' } }],
    ['not-supplied', 'variables.pet', { variables: { ...variables, pet: { type: 'text' as const, sample: 'x' } } }],
    [
      'variable-type',
      'variables.debts',
      { variables: { ...variables, debts: { type: 'text' as const, sample: 'x' } } },
    ],
    [
      'sample-type',
      'variables.debts.sample',
      { variables: { ...variables, debts: { type: 'list' as const, sample: 'x' } } },
    ],
    [
      'sample-type',
      'variables.nextDue.sample',
      { variables: { ...variables, nextDue: { type: 'date' as const, optional: true, sample: '8.12.' } } },
    ],
    [
      'maybe-missing',
      'variables.nextDue',
      { variables: { ...variables, nextDue: { type: 'date' as const, sample: '2026-12-08' } } },
    ],
    ['not-guarded', 'texts.zh', { texts: { ...texts, zh: `${texts.zh}{nextDue}` } }],
    ['bad-placeholder', 'texts.en', { texts: { ...texts, en: `${texts.en} { debts }` } }],
    ['bad-placeholder', 'texts.en', { texts: { ...texts, en: `${texts.en} {nextDue?{nextDue?x}}` } }],
  ])('%s at %s', (code, place, over) => {
    const found = lint(sampleSms(over)).find((one) => one.code === code);
    expect(found).toMatchObject({ severity: 'error', place });
    // Each says in both languages what is wrong, and how to mend it.
    expect(found?.zh).toMatch(/\p{Script=Han}/u);
    expect([found?.en, found?.fix].join()).not.toMatch(/\$\d/);
  });

  it('a table is a paragraph of its own', () => {
    const written = (sampleLetter() as Extract<Template, { channel: 'letter' }>).texts.zh;
    const texts = {
      zh: { ...written, paragraphs: ['{salutation} {debtRows} {total} {deadline} {complaintChannel}'] },
      en: written,
    };
    expect(errorsOf(lint(sampleLetter({ texts })))).toContain('rows-alone texts.zh.paragraphs.0');
  });
});

describe('what a text must have', () => {
  const { variables } = sampleSms();
  const without = (name: string) => Object.fromEntries(Object.entries(variables).filter(([known]) => known !== name));

  it('the creditor, and where to complain, in every case', () => {
    const optional = (name: string) =>
      ({ ...variables, [name]: { ...variables[name], optional: true } }) as typeof variables;
    const hidden = {
      zh: '【{creditor}】{debts}{nextDue?{nextDue}}{complaintChannel?{complaintChannel}}',
      en: '[{creditor}]{debts}{nextDue?{nextDue}}{complaintChannel?{complaintChannel}}',
    };
    expect(errorsOf(lint(sampleSms({ variables: optional('complaintChannel'), texts: hidden })))).toEqual([
      'complaint-channel-missing texts.zh',
      'complaint-channel-missing texts.en',
    ]);
    const nameless = {
      zh: '【银行】{debts}{nextDue?{nextDue}}{complaintChannel}',
      en: '[Bank] {debts}{nextDue?{nextDue}}{complaintChannel}',
    };
    const found = errorsOf(lint(sampleSms({ variables: without('creditor'), texts: nameless })));
    expect(found).toEqual(
      expect.arrayContaining(['creditor-missing texts.zh', 'signature texts.zh', 'creditor-missing texts.en']),
    );
  });

  it.each([
    ['in the middle', '您好【{creditor}】{debts}{nextDue?{nextDue}}{complaintChannel}'],
    ['twice', '【{creditor}】{debts}{nextDue?{nextDue}}{complaintChannel}【{creditor}】'],
    ['of somebody else', '【他行】{creditor}{debts}{nextDue?{nextDue}}{complaintChannel}'],
    ['beside other brackets of its kind', '【{creditor}】{debts}{nextDue?{nextDue}}【急】{complaintChannel}'],
  ])('a signature at one end, not %s', (_where, zh) => {
    expect(errorsOf(lint(sampleSms({ texts: { zh, en: sampleSms().texts.en as string } })))).toContain(
      'signature texts.zh',
    );
  });

  it('or the signature at the end', () => {
    const zh = '{debts}{nextDue?{nextDue}}{complaintChannel}【{creditor}】';
    expect(lint(sampleSms({ texts: { zh, en: sampleSms().texts.en as string } }))).toEqual([]);
  });
});

describe('what no text may say', () => {
  it.each([
    ['impersonation', '我们将移交法院处理'],
    ['impersonation', '公 安，机关'],
    ['impersonation', '派\u200b出所'],
    ['threat', '否则后果自负'],
    ['threat', '后　果。自负'],
    ['extra-fee', '另收催收费 100 元'],
    ['push-to-borrow', '请向亲友借款'],
    ['push-to-borrow', '请borrow elsewhere吧'],
  ])('%s: %s', (code, words) => {
    expect(lint(zhWith(words)).map((one) => one.code)).toContain(code);
  });

  it.each([
    ['impersonation', 'The POLICE will come.'],
    ['impersonation', 'This is the court'],
    ['threat', 'pay now, or\nelse'],
    ['threat', 'You will be arrested'],
    ['extra-fee', 'plus a collection-fee'],
    ['third-party-disclosure', 'x'],
  ])('%s: %s', (code, words) => {
    const template =
      code === 'third-party-disclosure' ? { ...enWith(words), audience: 'third-party' as const } : enWith(words);
    expect(lint(template).map((one) => one.code)).toContain(code);
  });

  it.each(['courteous', 'judgement is yours', '不收取任何催收费', 'collections', 'arresting view'])(
    'but words are whole words, and allowed phrases allowed: %s',
    (words) => {
      expect(lint(enWith(words))).toEqual([]);
    },
  );

  it('and a word made of an optional part is found too', () => {
    const zh = '【{creditor}】法{nextDue?（{nextDue}）}院 {debts}{complaintChannel}';
    expect(errorsOf(lint(sampleSms({ texts: { zh, en: sampleSms().texts.en as string } })))).toEqual([
      'impersonation texts.zh',
      'rule texts.zh',
    ]);
  });

  it('nothing of the debt where a third person may read it', () => {
    const locate = sampleSms({
      purpose: 'locate',
      audience: 'third-party',
      variables: {
        creditor: { type: 'text', sample: '示例银行' },
        complaintChannel: { type: 'text', sample: '95000' },
      },
      texts: {
        zh: '【{creditor}】请转告本人与我们联系。投诉 {complaintChannel}',
        en: '[{creditor}] Please tell him to call us. Complaints: {complaintChannel}',
      },
    });
    expect(lint(locate)).toEqual([]);
    expect(errorsOf(lint({ ...locate, audience: 'debtor' }))).toEqual(['audience audience']);
    const total = { type: 'money' as const, sample: { minor: '1', currency: 'CNY' } };
    const telling = sampleSms({
      ...(locate as object),
      variables: { ...locate.variables, total },
      texts: { zh: `${locate.texts.zh as string}{total}`, en: `${locate.texts.en as string}{total}` },
    });
    expect(errorsOf(lint(telling))).toEqual(['third-party-disclosure variables.total']);
    const worded = sampleSms({
      ...(locate as object),
      texts: { zh: `${locate.texts.zh as string}他已逾期`, en: locate.texts.en as string },
    });
    expect(errorsOf(lint(worded))).toEqual(['third-party-disclosure texts.zh', 'rule texts.zh']);
  });

  it.each([
    ['a zero-width space', 'a\u200bb', 'U+200B'],
    ['a change of direction', 'a\u202eb', 'U+202E'],
    ['a tabulator', 'a\tb', 'U+0009'],
    ['a line break in an SMS', 'a\nb', 'U+000A'],
    ['half a character', 'a\ud800b', 'U+D800'],
  ])('invisible characters: %s', (_what, words, code) => {
    const found = lint(zhWith(words)).find((one) => one.code === 'forbidden-character');
    expect(found?.en).toContain(code);
  });
});
