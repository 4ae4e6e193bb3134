import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleEmail, sampleLetter, sampleSms } from './fixture.js';
import { samplesOf, type Variables } from './shape.js';
import { render, renderMessage } from './template.js';

const values = { creditor: '示例银行', debts: ['甲', '乙'], complaintChannel: '95000' };

describe('a text', () => {
  it('has its variables put in, lists and dates in the manner of the language', () => {
    expect(render(sampleSms(), 'zh', { ...values, nextDue: '2026-12-08' })).toBe(
      '【示例银行】甲；乙，下期 2026年12月8日，投诉 95000',
    );
    expect(render(sampleSms(), 'en', { ...values, nextDue: '2026-12-08' })).toBe(
      '[示例银行] 甲; 乙, next 8 December 2026, complaints: 95000',
    );
  });

  it('shows an optional part only when its variable is given', () => {
    expect(render(sampleSms(), 'en', values)).toBe('[示例银行] 甲; 乙, complaints: 95000');
  });

  it('never reads a value as a placeholder', () => {
    expect(render(sampleSms(), 'en', { ...values, creditor: '{debts}', debts: ['{creditor}', '{x?y}'] })).toBe(
      '[{debts}] {creditor}; {x?y}, complaints: 95000',
    );
  });

  it('takes from a value what would change how the text is read', () => {
    const zh = render(sampleSms(), 'zh', { ...values, debts: ['a\r\nb\u202ec\u200b', '【别人】'] });
    expect(zh).toBe('【示例银行】a bc；[别人]，投诉 95000');
  });

  it.each([
    ['missing', { ...values, creditor: undefined }],
    ['of another type', { ...values, debts: 'a' }],
    ['a date that is none', { ...values, nextDue: '2026-02-30' }],
    ['empty', { ...values, creditor: '' }],
    ['empty to the eye', { ...values, creditor: '\u200b' }],
    ['an empty list', { ...values, debts: [] }],
  ])('is not made with a variable that is %s', (_what, given) => {
    const present = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    expect(() => render(sampleSms(), 'en', Object.fromEntries(present) as Variables)).toThrow(RangeError);
  });

  it('is not made of a template with a brace that belongs to nothing', () => {
    const texts = { zh: '{creditor', en: 'a } b' };
    expect(() => render(sampleSms({ texts }), 'zh', values)).toThrow(RangeError);
    expect(() => render(sampleSms({ texts }), 'en', values)).toThrow(RangeError);
  });
});

describe('a letter', () => {
  const letter = sampleLetter();
  const made = renderMessage(letter, 'en', {
    ...samplesOf(letter),
    total: [
      { minor: '120000', currency: 'CNY' },
      { minor: '-123456789', currency: 'JPY' },
    ],
  });

  it('has its debts as a table, with numbers to the right', () => {
    expect(made).toMatchObject({
      channel: 'letter',
      subject: '示例银行 C-1',
      blocks: [
        { kind: 'paragraph', text: 'Dear 示例客户,' },
        {
          kind: 'table',
          head: ['Account', 'Amount', 'Days'],
          right: [false, true, true],
          rows: [['尾号 0001', 'CNY 1,200.00', '15']],
        },
        { kind: 'paragraph', text: 'CNY 1,200.00 and JPY -123,456,789, 6 December 2026, 400-800-0000' },
      ],
      closing: ['示例银行', '23 November 2026'],
    });
  });

  it('says all of it in its plain text, which is what is hashed and checked', () => {
    expect(made.text).toBe(
      [
        '示例银行 C-1',
        'Dear 示例客户,',
        '- Account: 尾号 0001, Amount: CNY 1,200.00, Days: 15',
        'CNY 1,200.00 and JPY -123,456,789, 6 December 2026, 400-800-0000',
        '示例银行',
        '23 November 2026',
      ].join('\n\n'),
    );
  });
});

describe('an e-mail', () => {
  it('escapes whatever a value contains in its HTML part, and breaks no line in its subject', () => {
    const creditor = '<script>alert("x")</script> & \'Co\'\r\nBcc: somebody@example.com';
    const made = renderMessage(sampleEmail(), 'en', { salutation: 'Ms A', creditor, complaintChannel: '95000' });
    if (made.channel !== 'email') throw new Error('expected an e-mail');
    expect(made.subject).toBe('<script>alert("x")</script> & \'Co\' Bcc: somebody@example.com');
    expect(made.html).toContain('<p>Ms A<br>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;Co&#39; Bcc');
    expect(made.html).not.toContain('<script>');
  });

  it('has no HTML part when the template wants none', () => {
    expect(renderMessage(sampleEmail({ html: false }), 'zh', samplesOf(sampleEmail()))).not.toHaveProperty('html');
  });
});

describe('whatever values are', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const awkward = fc.oneof(
    text,
    fc.constantFrom('{creditor}', '{nextDue?{creditor}}', '{', '}', '$&', '$1', '\\', '】'),
  );
  const filled = awkward.filter((value) => value.replace(/[\p{C}\p{Z}]/gu, '') !== '');

  it('no placeholder is left and none is made, in any language and channel', () => {
    fc.assert(
      fc.property(filled, filled, filled, fc.constantFrom('zh' as const, 'en' as const), (a, b, c, language) => {
        for (const template of [sampleSms(), sampleLetter(), sampleEmail()]) {
          const braces = (of: string) => of.match(/[{}]/g)?.length ?? 0;
          const given = { ...samplesOf(template), salutation: a, creditor: b, complaintChannel: c, debts: [a, b] };
          const plain = { ...given, salutation: 'x', creditor: 'y', complaintChannel: 'z', debts: ['x', 'y'] };
          expect(braces(render(template, language, plain))).toBe(0);
          // Every brace of the text is one of a value: each value stands whole as often as its placeholder does.
          const made = render(template, language, given);
          const places = JSON.stringify(template.texts[language]);
          const count = (name: string) => places.split(`{${name}}`).length - 1;
          const expected =
            braces(a) * (count('salutation') + count('debts')) +
            braces(b) * (count('creditor') + count('debts') - (template.channel === 'email' ? 1 : 0)) +
            braces(c) * count('complaintChannel');
          expect(braces(made)).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('an SMS and a subject are one line, and an SMS has one signature', () => {
    fc.assert(
      fc.property(filled, filled, (a, b) => {
        const sms = render(sampleSms(), 'zh', { creditor: a, debts: [b], complaintChannel: '95000' });
        expect(sms).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(sms.match(/[【】]/g)).toHaveLength(2);
        const mail = renderMessage(sampleEmail(), 'zh', { salutation: b, creditor: a, complaintChannel: '95000' });
        expect('subject' in mail ? mail.subject : '\n').not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 300 },
    );
  });
});
