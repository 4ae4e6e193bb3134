import { describe, expect, it } from '@jest/globals';
import type { RulePack } from '@arrears/compliance';
import { sampleEmail, sampleLetter, sampleSms } from './fixture.js';
import { isError, type Finding } from './findings.js';
import { lintRendered, lintTemplate, type LintBasis } from './lint.js';
import { defaultLimits } from './lint-sent.js';
import { loadLists, loadTemplates } from './load-templates.js';
import { templateRules } from './rules.js';
import { samplesOf, type Template, type Variables } from './shape.js';
import { renderMessage } from './template.js';

const lists = loadLists();
const basis: LintBasis = { ...lists, packs: lists.rules.usual, at: '2026-11-24T02:00:00.000Z' };
const lint = (template: Template, over: Partial<LintBasis> = {}) => lintTemplate(template, { ...basis, ...over });
const errorsOf = (findings: readonly Finding[]) =>
  findings.filter(isError).map(({ code, place }) => `${code} ${place}`);
/** The sample SMS with some words more in its Chinese text. */
const zhWith = (words: string) =>
  sampleSms({
    texts: {
      zh: `【{creditor}】${words}{debts}{nextDue?{nextDue}} {complaintChannel}`,
      en: sampleSms().texts.en as string,
    },
  });

describe('its length', () => {
  it('SMS: at most so many segments, and said from five on', () => {
    expect(lint(zhWith('长'.repeat(300)))).toMatchObject([{ code: 'long-sms', severity: 'warning', language: 'zh' }]);
    expect(errorsOf(lint(zhWith('长'.repeat(700))))).toEqual(['too-long texts.zh']);
    expect(errorsOf(lint(zhWith('长'.repeat(80)), { limits: { ...defaultLimits, smsSegments: 1 } }))).toContain(
      'too-long texts.zh',
    );
  });

  it('subjects of e-mails and letters', () => {
    const [zh, en] = ['长'.repeat(130), 'x'].map((subject) => ({
      subject,
      paragraphs: ['{salutation}{creditor}{complaintChannel}'],
    }));
    if (zh === undefined || en === undefined) throw new Error('two');
    expect(errorsOf(lint(sampleEmail({ texts: { zh, en } })))).toEqual(['too-long texts.zh.subject']);
  });
});

describe('the rules of the packs', () => {
  const pack = (when: object): RulePack => ({
    pack: 'test-pack',
    packVersion: '1',
    title: { zh: '测试', en: 'Test' },
    jurisdiction: 'any',
    zones: ['Asia/Shanghai'],
    rules: [
      {
        ...{ id: 'TEST-RULE', zh: '须有退订方式', en: 'tell how to opt out', effectiveFrom: '2020-01-01' },
        ...{
          binds: ['firstParty'],
          channels: ['sms'],
          purposes: 'all',
          asked: 'template',
          verdict: 'block',
          verify: false,
        },
        ...{ severity: 'law', citation: { document: 'Act', article: '1' }, examples: [] },
        when,
      } as unknown as RulePack['rules'][number],
    ],
  });

  it('refuse with their citation what the check found', () => {
    const rules = templateRules([pack({ fact: 'template.flags', has: 'opt-out-missing' })]);
    const asked = { rules, packs: ['test-pack'] };
    const [found] = lint(sampleSms(), asked);
    expect(found).toMatchObject({
      ...{ code: 'rule', severity: 'error', place: 'texts.zh', en: 'tell how to opt out', zh: '须有退订方式' },
      rule: { id: 'TEST-RULE', pack: 'test-pack', citation: { document: 'Act', article: '1' } },
    });
    const both = {
      zh: `${sampleSms().texts.zh as string}，回复T退订`,
      en: `${sampleSms().texts.en as string}. Reply STOP to end.`,
    };
    expect(lint(sampleSms({ texts: both }), asked)).toEqual([]);
    expect(lint(sampleLetter(), asked)).toEqual([]);
  });

  it('are those that the template names, which must exist', () => {
    const rules = templateRules([pack({ fact: 'template.flags', has: 'opt-out-missing' })]);
    expect(errorsOf(lint(sampleSms({ packs: ['test-pack'] }), { rules, packs: [] }))).toEqual([
      'rule texts.zh',
      'rule texts.en',
    ]);
    expect(errorsOf(lint(sampleSms({ packs: ['no-pack'] })))).toEqual(['unknown-pack packs']);
  });
});

describe('a text that is about to be sent', () => {
  const values: Variables = {
    ...samplesOf(sampleSms()),
    creditor: '湖北公安农村商业银行',
    complaintChannel: '12378 金融监督管理局',
    salutation: 'Ms Court',
  };
  const check = (template: Template, given = values) =>
    lintRendered(template, 'zh', renderMessage(template, 'zh', given), given, basis);

  it('passes with names that are what they are', () => {
    expect(check(sampleSms())).toEqual([]);
  });

  it('is found out by what its values make of it', () => {
    expect(errorsOf(check(sampleSms(), { ...values, debts: ['移交派出所'] }))).toEqual([
      'impersonation text',
      'rule text',
    ]);
    expect(
      errorsOf(
        check(sampleSms(), { ...values, debts: Array.from({ length: 60 }, () => '尾号 0001 应还 CNY 1,200.00') }),
      ),
    ).toEqual(['too-long text']);
  });

  it('must name its creditor and complaint channel also then', () => {
    const said = { channel: 'sms' as const, text: '您好' };
    expect(errorsOf(lintRendered(sampleSms(), 'zh', said, values, basis))).toEqual([
      'creditor-missing text',
      'complaint-channel-missing text',
      'signature text',
    ]);
  });

  it('of every shipped template passes in both languages', () => {
    const shipped = loadTemplates(new URL('../../templates', import.meta.url).pathname, '2026-11-24T02:00:00.000Z');
    expect(shipped.all().map(({ id, channel, version }) => `${id} ${channel} ${version}`)).toEqual([
      'correction sms 2',
      'dunning-letter letter 1',
      'final-demand-letter letter 1',
      'final-reminder sms 2',
      'instalment-reminder sms 1',
      'reminder-1 sms 2',
      'reminder-2 sms 2',
      'reminder-email email 1',
      'thank-you sms 2',
    ]);
    for (const template of shipped.all())
      for (const language of ['zh', 'en'] as const) {
        const given = samplesOf(template);
        const rendered = renderMessage(template, language, given);
        const at = { at: '2026-11-24T02:00:00.000Z' };
        expect([template.id, shipped.lintRendered(template, language, rendered, given, at)]).toEqual([template.id, []]);
      }
  });
});
