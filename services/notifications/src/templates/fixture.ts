import type { Template } from './shape.js';

/** A small SMS without fault, for tests. */
export function sampleSms(over: Partial<Extract<Template, { channel: 'sms' }>> = {}): Template {
  return {
    id: 'test',
    version: 1,
    channel: 'sms',
    purpose: 'collect',
    audience: 'debtor',
    title: { zh: '测试', en: 'Test' },
    variables: {
      creditor: { type: 'text', sample: '示例银行' },
      debts: { type: 'list', sample: ['one'] },
      nextDue: { type: 'date', optional: true, sample: '2026-12-08' },
      complaintChannel: { type: 'text', sample: '400-800-0000' },
    },
    texts: {
      zh: '【{creditor}】{debts}{nextDue?，下期 {nextDue}}，投诉 {complaintChannel}',
      en: '[{creditor}] {debts}{nextDue?, next {nextDue}}, complaints: {complaintChannel}',
    },
    ...over,
  };
}

export function sampleLetter(over: Partial<Extract<Template, { channel: 'letter' }>> = {}): Template {
  const written = (hello: string) => ({
    subject: '{creditor} {reference}',
    paragraphs: [hello, '{debtRows}', '{total}, {deadline}, {complaintChannel}'],
    closing: '{creditor}\n{date}',
  });
  return {
    id: 'test-letter',
    version: 1,
    channel: 'letter',
    purpose: 'collect',
    audience: 'debtor',
    title: { zh: '测试', en: 'Test' },
    variables: {
      salutation: { type: 'text', sample: '示例客户' },
      creditor: { type: 'text', sample: '示例银行' },
      reference: { type: 'text', sample: 'C-1' },
      date: { type: 'date', sample: '2026-11-23' },
      debtRows: {
        type: 'rows',
        columns: {
          name: { type: 'text', title: { zh: '账户', en: 'Account' } },
          amount: { type: 'money', title: { zh: '金额', en: 'Amount' } },
          daysPastDue: { type: 'integer', title: { zh: '天数', en: 'Days' } },
        },
        sample: [{ name: '尾号 0001', amount: { minor: '120000', currency: 'CNY' }, daysPastDue: 15 }],
      },
      total: { type: 'money', sample: [{ minor: '120000', currency: 'CNY' }] },
      deadline: { type: 'date', sample: '2026-12-06' },
      complaintChannel: { type: 'text', sample: '400-800-0000' },
    },
    texts: { zh: written('{salutation}：'), en: written('Dear {salutation},') },
    ...over,
  };
}

export function sampleEmail(over: Partial<Extract<Template, { channel: 'email' }>> = {}): Template {
  const written = { subject: '{creditor}', paragraphs: ['{salutation}\n{creditor}', '{complaintChannel}'] };
  return {
    id: 'test-email',
    version: 1,
    channel: 'email',
    html: true,
    purpose: 'collect',
    audience: 'debtor',
    title: { zh: '测试', en: 'Test' },
    variables: {
      salutation: { type: 'text', sample: '示例客户' },
      creditor: { type: 'text', sample: '示例银行' },
      complaintChannel: { type: 'text', sample: '400-800-0000' },
    },
    texts: { zh: written, en: written },
    ...over,
  };
}
