import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineEvents, isDefinedEvent, platformEvents } from './events.js';
import { failureFields } from './failures.js';
import { logFieldNames } from './fields.js';
import { withLogContext } from './log-context.js';
import { createLogger, silentLogger, type Logger } from './logger.js';

let lines: string[];
let dropped: string[];
const _sampleEvents = defineEvents(['sample-happened']);
const open = (level: 'debug' | 'info' = 'info') =>
  createLogger<(typeof _sampleEvents)[number]>({
    service: 'sample',
    role: 'api',
    version: '1.0.0',
    pod: 'sample-7f',
    level,
    onDropped: (field) => dropped.push(field),
    destination: { write: (line) => void lines.push(line) },
  });
let log: Logger<'sample-happened'>;
beforeEach(() => {
  lines = [];
  dropped = [];
  log = open();
});
const written = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a log line', () => {
  it('is one JSON object with the event and listed fields', () => {
    log.info('sample-happened', { case_id: '0192f0c1-0000-7000-8000-000000000001', count: 3, duration_ms: undefined });
    expect(written()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        event: 'sample-happened',
        service: 'sample',
        role: 'api',
        version: '1.0.0',
        pod: 'sample-7f',
        case_id: '0192f0c1-0000-7000-8000-000000000001',
        count: 3,
      },
    ]);
  });

  it('never has a field that is not listed, whatever is handed in', () => {
    const names: string[] = [...logFieldNames];
    const anything = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...names)), fc.anything());
    fc.assert(
      fc.property(anything, (fields) => {
        lines = [];
        log.info('sample-happened', fields);
        for (const name of Object.keys(written()[0] ?? {})) expect(names).toContain(name);
      }),
      { numRuns: 300 },
    );
  });

  it('drops and counts names, sentences, numbers of people and objects, even under a listed name', () => {
    const handed = {
      debtorName: '合成样本',
      outcome: '合成样本',
      status: 'could not reach Mr. Sample',
      channel: '+8613800000001',
      provider: 'sample@example com',
      error_code: { nested: true },
      mode: 'x'.repeat(201),
    };
    log.info('sample-happened', handed as object);
    expect(Object.keys(written()[0] ?? {})).toEqual(['level', 'time', 'event', 'service', 'role', 'version', 'pod']);
    expect(dropped.sort()).toEqual(Object.keys(handed).sort());
  });

  it('can not be given another time, level or event by its fields', () => {
    log.info('sample-happened', { event: 'forged', time: 'never', level: 'error' } as object);
    expect(written()[0]).toMatchObject({ event: 'sample-happened', level: 'info' });
    expect(dropped).toEqual(['event', 'time', 'level']);
  });

  it('has no event that is not in the catalogue: a text put in its place is not written', () => {
    (log as Logger<string>).warn('合成样本 has paid');
    expect(written()[0]).toMatchObject({ event: 'event-undefined' });
    expect(lines[0]).not.toContain('合成');
  });

  it('carries what its surroundings say, and its child what the parent was given', () => {
    withLogContext({ request_id: 'r-1' }, () =>
      withLogContext({ case_id: 'c-1' }, () => log.child({ task_queue: 'cases' }).warn('sample-happened')),
    );
    expect(written()[0]).toMatchObject({ request_id: 'r-1', case_id: 'c-1', task_queue: 'cases', level: 'warn' });
    log.info('sample-happened');
    expect(written()[1]).not.toHaveProperty('request_id');
  });

  it('below the level is not written', () => {
    log.debug('sample-happened');
    expect(lines).toEqual([]);
    open('debug').debug('sample-happened');
    expect(lines).toHaveLength(1);
  });

  it('of the silent logger goes nowhere', () => {
    expect(() => silentLogger.child({ count: 1 }).error('whatever')).not.toThrow();
  });
});

describe('a failure in the log', () => {
  const withFields = (fields: object) => Object.assign(new Error('Key (phone)=(+8613800000001) exists'), fields);

  it('is its class, code, state and constraint, never its message or stack', () => {
    const failure = withFields({ code: '23505', constraint: 'debtors_pkey', detail: 'Key (phone)=(+8613800000001)' });
    log.error('sample-happened', { outcome: 'failed' }, failure);
    expect(written()[0]).toMatchObject({
      error_class: 'Error',
      sqlstate: '23505',
      constraint: 'debtors_pkey',
      outcome: 'failed',
    });
    expect(lines[0]).not.toMatch(/13800000001|at .*\.ts/);
  });

  it.each<[string, unknown, object]>([
    [
      'a code of the system',
      withFields({ code: 'ECONNREFUSED' }),
      { error_class: 'Error', error_code: 'ECONNREFUSED' },
    ],
    ['what it wraps', withFields({ driverError: { code: '40001' } }), { error_class: 'Error', sqlstate: '40001' }],
    [
      'its cause',
      new TypeError('x', { cause: withFields({ code: 'EPIPE' }) }),
      { error_class: 'TypeError', error_code: 'EPIPE' },
    ],
    ['a state of its own', withFields({ sqlstate: '55P03' }), { error_class: 'Error', sqlstate: '55P03' }],
    ['no code that is a sentence', withFields({ code: 'the phone +86 138' }), { error_class: 'Error' }],
    ['something that is no error', 'boom +8613800000001', { error_class: 'string' }],
    ['nothing', undefined, { error_class: 'undefined' }],
  ])('tells %s', (_, failure, fields) => {
    expect(failureFields(failure)).toEqual(fields);
  });

  it('that causes itself does not hang', () => {
    const circular = new Error('x');
    circular.cause = circular;
    expect(failureFields(circular)).toEqual({ error_class: 'Error' });
  });
});

describe('the catalogue of events', () => {
  it('takes names in kebab-case and knows them', () => {
    expect(isDefinedEvent('sample-happened')).toBe(true);
    expect(isDefinedEvent('sample-forgotten')).toBe(false);
    expect(() => defineEvents(['Something happened'])).toThrow('kebab-case');
    expect(new Set(platformEvents).size).toBe(platformEvents.length);
  });
});
