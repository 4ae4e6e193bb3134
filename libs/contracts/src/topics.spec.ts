import { describe, expect, it } from '@jest/globals';
import { errors } from './errors.js';
import { eventTypes, isEventType } from './event-types.js';
import { topicName, topics, topicSettings } from './topics.js';

describe('topics', () => {
  it('are named once, and each carries an event', () => {
    const names = topics.map((topic) => topic.name);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(Object.values(eventTypes).map((type) => type.topic));
    expect([...used].sort()).toEqual([...names].sort());
  });

  it('of the bank take records of four MiB for a week, so that what is too large is seen here', () => {
    for (const topic of topics.filter(({ name }) => name.startsWith('bank.')))
      expect(topicSettings(topic)).toEqual({ 'retention.ms': '604800000', 'max.message.bytes': '4194304' });
  });

  it('take a prefix on shared clusters', () => {
    expect(topicName('test7-', 'bank.loans.v1')).toBe('test7-bank.loans.v1');
  });

  it('of one feed agree on the record key that its events have', () => {
    const keyOf = new Map<string, string>(topics.map((topic) => [topic.name, topic.key]));
    expect(keyOf.get('bank.repayments.v1')).toBe(keyOf.get('bank.loans.v1'));
  });
});

describe('event types', () => {
  it('carry service, name and major version', () => {
    for (const type of Object.keys(eventTypes)) expect(type).toMatch(/^arrears\.[a-z]+\.[a-z]+(-[a-z]+)*\.v1$/);
  });

  it('are known by their own names only', () => {
    expect(isEventType('arrears.cases.case-opened.v1')).toBe(true);
    expect(isEventType('arrears.cases.case-opened.v2')).toBe(false);
    expect(isEventType('constructor')).toBe(false);
  });
});

describe('the error catalogue', () => {
  it('has a status of an error and a sentence for each code', () => {
    for (const [code, { status, title }] of Object.entries(errors)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).toMatch(/^[A-Z].{10,}[^.]$/);
    }
  });
});
