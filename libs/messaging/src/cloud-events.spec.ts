import { describe, expect, it } from '@jest/globals';
import { cloudEventHeaders, maxEventBytes, parseCloudEvent } from './cloud-events.js';
import { loanUpdated } from './events.fixture.js';

const good = loanUpdated('L-1', 1, 'id-1');
const headers = cloudEventHeaders(good);
const read = (
  change: {
    topic?: 'bank.loans.v1' | 'bank.repayments.v1';
    key?: string | null;
    value?: unknown;
    headers?: object;
  } = {},
) =>
  parseCloudEvent({
    topic: change.topic ?? 'bank.loans.v1',
    key: change.key === undefined ? 'L-1' : change.key,
    value:
      change.value === undefined || typeof change.value !== 'string'
        ? Buffer.from(JSON.stringify(change.value ?? good.data))
        : Buffer.from(change.value),
    headers: { ...headers, ...change.headers },
  });

describe('headers of our own events', () => {
  it('are CloudEvents 1.0 in binary mode, from the service that the type names', () => {
    expect(
      cloudEventHeaders({ ...good, subject: 'L-1', traceparent: '00-a-b-01', more: { ce_journalhead: 'f0' } }),
    ).toEqual({
      ce_specversion: '1.0',
      ce_id: 'id-1',
      ce_source: 'arrears/bank',
      ce_type: 'arrears.bank.loan-updated.v1',
      ce_time: '2026-11-09T08:00:00.000Z',
      ce_partitionkey: 'L-1',
      ce_subject: 'L-1',
      ce_journalhead: 'f0',
      traceparent: '00-a-b-01',
      'content-type': 'application/json',
    });
  });
});

describe('reading a record', () => {
  it('drops fields that this build does not know: a newer producer may add them', () => {
    const data = { ...(good.data as object), addedNextYear: true };
    expect(read({ value: data })).toEqual({ outcome: 'event', type: good.type, data: good.data });
  });

  it('leaves the types of others alone', () => {
    expect(read({ headers: { ce_type: 'com.example.thing' } })).toEqual({
      outcome: 'ignore',
      type: 'com.example.thing',
    });
  });

  it.each([
    ['no id', { headers: { ce_id: '' } }, 'missing-header'],
    ['text that is not JSON', { value: '{"loanId": ' }, 'not-json'],
    ['a wrong shape', { value: { ...(good.data as object), sequence: -1 } }, 'wrong-schema'],
    ['a type of ours that nobody knows', { headers: { ce_type: 'arrears.bank.loan-sold.v1' } }, 'unknown-type'],
    ['a version to come', { headers: { ce_type: 'arrears.bank.loan-updated.v9' } }, 'unknown-version'],
    ['a type on another topic', { topic: 'bank.repayments.v1' as const }, 'wrong-topic'],
    ['another key than the data says', { key: 'L-2' }, 'wrong-key'],
    ['no key', { key: null }, 'wrong-key'],
    ['more than a topic takes', { value: ' '.repeat(maxEventBytes + 1) }, 'too-large'],
  ])('parks %s', (_what, change, code) => {
    expect(read(change)).toMatchObject({ outcome: 'park', code });
  });

  it('names the place and the rule, never the value', () => {
    const parsed = read({ value: { ...(good.data as object), asOf: 'Synthetic Secret', sequence: '13800000001' } });
    expect(parsed).toMatchObject({ code: 'wrong-schema' });
    const { detail } = parsed as { detail: string };
    expect(detail).toMatch(/asOf: .*sequence: |sequence: .*asOf: /);
    expect(detail).not.toMatch(/Secret|13800000001/);
  });

  it('does not take bytes that are not UTF-8 for text', () => {
    const value = Buffer.concat([Buffer.from('{"loanId":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(parseCloudEvent({ topic: 'bank.loans.v1', key: 'L-1', value, headers })).toMatchObject({ code: 'not-json' });
  });
});
