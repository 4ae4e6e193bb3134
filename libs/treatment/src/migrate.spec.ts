import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stepIn, stepsWithoutPlace } from './migrate.js';
import { shipped, step } from './testing/cases.js';
import { waitsFor } from './waits.js';

const { policy } = shipped(readFileSync(new URL('../policies/cn-unsecured-consumer.v2.yaml', import.meta.url), 'utf8'));
const record = (name: string, outcome: string | null, policyVersion = 1) => ({ step: name, outcome, policyVersion });

describe('a case under another version', () => {
  it('finds every step of version 1 under its own name', () =>
    expect(
      stepsWithoutPlace(policy, [
        record('reminder-1', 'done'),
        record('reminder-3', null),
        record('thank-you', 'done'),
      ]),
    ).toEqual([]));

  it('is kept back while a step that was begun or done has no place there', () => {
    const lost = [record('call-1', null), record('letter-9', 'done'), record('letter-9', 'delivered')];
    expect(stepsWithoutPlace(policy, lost)).toEqual(['call-1', 'letter-9']);
  });

  it('may go once the version says what the step has become', () => {
    const steps = { 'call-1': 'drop', 'letter-9': 'dunning-letter', 'letter-8': 'done' };
    const mapped = { ...policy, migratesFrom: [{ version: 1, steps }] };
    expect(
      stepsWithoutPlace(mapped, [record('call-1', null), record('letter-9', 'done'), record('letter-8', 'done')]),
    ).toEqual([]);
    expect([stepIn(mapped, 'letter-9', 1), stepIn(mapped, 'letter-9', 2)]).toEqual(['dunning-letter', 'letter-9']);
  });

  it.each(['stale', 'cancelled', 'lapsed', 'refused'])('forgets what never left the house: %s', (outcome) =>
    expect(stepsWithoutPlace(policy, [record('call-1', outcome)])).toEqual([]),
  );
});

describe('who waits for the end of a step', () => {
  it.each([
    ['dunning-letter', 'delivered', true],
    ['dunning-letter', 'deemed-delivered', true],
    ['dunning-letter', 'done', false],
    ['reminder-1', 'delivered', false],
    ['reminder-email', 'delivered', false],
    ['final-demand-letter', 'delivered', true],
  ])('%s %s: %s', (name, outcome, expected) => expect(waitsFor(policy, step(name), outcome)).toBe(expected));

  it('somebody waits for the proof that a letter gives', () => {
    const gate = { guards: [], require: { proof: 'delivered-letter' as const, atLeast: 1 }, else: 'review' as const };
    const proving = { ...policy, steps: policy.steps.filter((one) => one.trigger.on !== 'after'), gates: [gate] };
    expect(waitsFor(proving, step('dunning-letter'), 'delivered')).toBe(true);
    expect(waitsFor(proving, step('reminder-1'), 'delivered')).toBe(false);
  });
});
