import type { DecideInput, DecideResult, PerformStep } from '@arrears/contracts/activities';
import { messageOf } from './scripted-case.js';

const told = new Map<string, number>();

/** Plays the commit in the database that comes before every signal and command: decisions from now on see it. */
export function commit(caseId: string, caseSeq: number): void {
  told.set(caseId, Math.max(caseSeq, seen(caseId)));
}

export function seen(caseId: string): number {
  return told.get(caseId) ?? 0;
}

/** A decision that saw what is committed and waits for facts; and what a test wants otherwise. */
export function planOf({ caseId, decisionNo }: DecideInput, wish: Partial<DecideResult> = {}): DecideResult {
  return {
    decisionNo,
    stage: 'reminder',
    branch: 'test',
    perform: [],
    sleepUntil: null,
    wakeAt: null,
    closed: null,
    upTo: seen(caseId),
    why: ['test'],
    planner: 'test',
    policies: [],
    calendars: [],
    ...wish,
  };
}

export function sms(caseId: string, step: string, summary = `SMS ${step}`): PerformStep {
  return { do: 'queue-message', summary, message: messageOf(caseId, step, 1) };
}

export function review(caseId: string, step: string): PerformStep {
  return {
    do: 'open-review',
    summary: 'review by the desk',
    review: {
      caseId,
      effectKey: `${caseId}:${step}`,
      step,
      covers: [],
      by: 'collector',
      outcomes: ['continue'],
      deadline: '2026-02-01T00:00:00.000Z',
      onTimeout: 'continue',
      expects: { caseSeq: 1 },
    },
  };
}
