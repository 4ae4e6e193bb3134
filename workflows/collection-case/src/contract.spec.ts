import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  caseWorkflowId,
  collectionCase,
  type CommandAnswer,
  type CommandUpdate,
  type DecideInput,
  type DecideResult,
  type FactsSignal,
} from '@arrears/contracts/activities';
import { openMemory } from './memory.js';
import type { CarriedState, CaseView } from './messages.js';

/**
 * Replay compares commands, not what is inside them. A renamed field passes every replay and meets running cases in
 * production: so the names and shapes that are in histories now are written down here. A change of a line below is a
 * change for cases that run for years: new names beside the old ones, never instead.
 */
describe('what running cases already have in their histories', () => {
  it('names of the workflow and its messages', () => {
    expect(collectionCase).toEqual({
      workflowType: 'collectionCase',
      factsSignal: 'facts',
      commandUpdate: 'command',
      stateQuery: 'state',
    });
    expect(caseWorkflowId('0192f')).toBe('case-0192f');
    expect(caseWorkflowId('0192f', 2)).toBe('case-0192f-2');
  });

  it('names of the activities and where they run', () => {
    const steps = readFileSync(new URL('./steps.ts', import.meta.url), 'utf8');
    const called = [...steps.matchAll(/\b(near|far|notifications)\.(\w+)\.executeWithOptions/g)].map((match) =>
      match.slice(1).join('.'),
    );
    expect(new Set(called)).toEqual(
      new Set([
        'near.decide',
        'far.decide',
        'near.openReview',
        'far.openReview',
        'notifications.queueMessage',
        'notifications.cancelMessage',
      ]),
    );
  });

  it('payloads: every field, and nothing more', () => {
    const input: DecideInput = { caseId: 'c', decisionNo: 1, now: 0, answers: [{ effectKey: 'e', answer: 'queued' }] };
    const result: DecideResult = {
      decisionNo: 1,
      stage: 's',
      branch: null,
      perform: [],
      sleepUntil: null,
      wakeAt: null,
      closed: null,
      upTo: 1,
      why: [],
      planner: 'p',
      policies: [],
      calendars: [],
    };
    const facts: FactsSignal = { upTo: 1 };
    const command: CommandUpdate = { commandId: 'k', name: 'hold', caseSeq: 1 };
    const answer: CommandAnswer = { commandId: 'k', takenAt: 0, decisionNo: 0 };
    const view: CaseView = { decisionNo: 0, stage: 's', upTo: 0, nextWake: null, waitingFor: 'facts' };
    // The compiler refuses a missing or renamed field above; the samples keep what is on the wire in sight.
    const wire = JSON.stringify([input, result, facts, command, answer, view]);
    expect(wire).toMatchSnapshot();
  });

  it('the state that a run hands to the next: what an older version wrote is still understood', () => {
    const first: CarriedState = JSON.parse(
      '{"stateVersion":1,"decisionNo":7,"stage":"firm","upTo":9,"commands":[{"commandId":"k","takenAt":5,"decisionNo":3}]}',
    ) as CarriedState;
    const memory = openMemory(first);
    expect(memory.takeCommand({ commandId: 'k', name: 'hold', caseSeq: 10 }, 99)).toEqual(first.commands[0]);
    expect(memory.toCarry()).toEqual(first);
  });
});
