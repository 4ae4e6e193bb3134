import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { author, bodyOf, content, openTemplateBench, second, type TemplateBench } from '../testing/template-bench.js';

let bench: TemplateBench;
beforeAll(async () => {
  bench = await openTemplateBench();
}, 60_000);
afterAll(() => bench.close());
const get = (at: string, token?: string) => bench.get(at, token);
const post = (at: string, body: object, token: string, key?: string) => bench.post(at, body, token, key);

describe('bad input', () => {
  const faults = async (over: object) => (await bodyOf(post('/templates', content(over), author).expect(422))).errors;
  const zh = '【{creditor}】应还 {total}，投诉 {complaintChannel}';
  const en = '[{creditor}] {total} is due. Complaints: {complaintChannel}';

  it('unknown variable', async () => {
    const [fault] = await faults({ texts: { zh: `${zh}{amount}`, en } });
    expect(fault).toEqual({
      path: 'texts.zh',
      message:
        'the text uses {amount}, which "variables" does not declare / 文本使用了未声明的变量 {amount}. To mend it: declare it under variables, or take it out of the text',
    });
  });

  it('forbidden phrase', async () => {
    const errors = await faults({ texts: { zh: `${zh}，否则移交公安机关`, en } });
    expect(errors[0]?.path).toBe('texts.zh');
    expect(errors[0]?.message).toContain('it names a court, the police or an administration: "公安"');
  });

  it('wrong type of a sample, of a variable, of the body', async () => {
    const creditor = { type: 'text', sample: '示例银行' };
    const complaintChannel = { type: 'text', sample: '95000' };
    const sample = await faults({
      variables: { creditor, complaintChannel, total: { type: 'money', sample: '1,200' } },
    });
    expect(sample.map(({ path: at }) => at)).toEqual(['variables.total.sample']);
    const type = await faults({ variables: { creditor, complaintChannel, total: { type: 'text', sample: '1' } } });
    expect(type[0]).toMatchObject({
      path: 'variables.total',
      message: expect.stringContaining('give it the type money'),
    });
    expect((await faults({ texts: 'hello' })).map(({ path: at }) => at)).toContain('texts');
    expect((await faults({ purpose: 'annoy' })).map(({ path: at }) => at)).toContain('purpose');
    expect((await faults({ html: '<b>' })).length).toBeGreaterThan(0);
  });

  it('overlong', async () => {
    const [fault] = await faults({ texts: { zh: `${zh}${'长'.repeat(700)}`, en } });
    expect(fault?.message).toContain('too long: 11 SMS segments, at most 10');
    expect((await faults({ texts: { zh: '长'.repeat(5_000), en } })).map(({ path: at }) => at)).toEqual(['texts.zh']);
  });

  it('another channel or purpose under a known id', async () => {
    const body = await bodyOf(post('/templates', content({ id: 'correction' }), author).expect(409));
    expect(body.errors).toEqual([{ path: 'purpose', message: 'the versions of correction have "confirm-payment"' }]);
  });

  it('no date, no reason, no such field', async () => {
    const at = '/templates/reminder-1/versions/2';
    await post(`${at}/approve`, {}, second).expect(422);
    await post(`${at}/approve`, { liveFrom: 'tomorrow' }, second).expect(422);
    await post(`${at}/retire`, {}, second).expect(422);
    await post(`${at}/submit`, { force: true }, author).expect(422);
  });
});

describe('POST /templates/preview', () => {
  it('shows both languages, their segments and what is found, and keeps nothing', async () => {
    const text = content({
      texts: {
        zh: `【{creditor}】应还 {total}，投诉 {complaintChannel}${'长'.repeat(280)}`,
        en: 'Pay {total} or else, {creditor} {complaintChannel}',
      },
    });
    const { preview, findings } = await bodyOf(post('/templates/preview', text, author).expect(200));
    expect(preview.zh?.sms).toMatchObject({ encoding: 'ucs2', segments: 5 });
    expect(preview.en).toMatchObject({ text: 'Pay CNY 1,200.00 or else, 示例银行 400-800-0000' });
    expect(findings.map(({ code, language }) => `${code} ${language}`)).toEqual([
      'long-sms zh',
      'threat en',
      'signature en',
    ]);
    await get(`/templates/${text.id}`).expect(404);
  });

  it('has no text where the samples make none', async () => {
    const { preview, findings } = await bodyOf(
      post('/templates/preview', content({ texts: { zh: '{amount}', en: '{' } }), author),
    );
    expect(preview).toEqual({ zh: null, en: null });
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['unknown-variable', 'bad-placeholder']));
  });
});
