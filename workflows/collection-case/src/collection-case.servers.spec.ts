import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandUpdate, DecideInput, StepAnswer } from '@arrears/contracts/activities';
import { ApplicationFailure } from '@temporalio/common';
import {
  bundleCollectionCase,
  openDevCases,
  planOf,
  seen,
  review,
  sms,
  type DevCases,
  type TestCase,
} from './testing/index.js';

const limit = 180_000;
let cases: DevCases;
beforeAll(async () => {
  cases = await openDevCases(await bundleCollectionCase());
}, limit);
afterAll(() => cases.close(), limit);

const hold = (commandId: string, caseSeq = 1): CommandUpdate => ({ commandId, name: 'hold', caseSeq });
const opened = async () => 'opened' as const;
/** `timerStarted`, `activityTaskScheduled`, …: named by the attributes each event has. */
const eventTypes = async ({ handle }: TestCase): Promise<string[]> =>
  ((await handle.fetchHistory()).events ?? []).map((event) => {
    const attributes = Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value);
    return attributes?.[0].replace('EventAttributes', '') ?? 'unknown';
  });

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await what()); waited += 20) {
    if (waited > 30_000) throw new Error('it did not happen within 30 s');
    await delay(20);
  }
}

describe('decide, perform, wait', () => {
  it(
    'gives what the steps answered to the next decision, and each answer once',
    async () => {
      const given: StepAnswer[][] = [];
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            given.push(input.answers);
            const { caseId } = input;
            const cancel = { do: 'cancel-message', summary: 'recall', effectKey: `${caseId}:old` } as const;
            if (input.decisionNo === 1)
              return planOf(input, { perform: [sms(caseId, 'one'), cancel, review(caseId, 'desk')] });
            return planOf(input, {
              closed: input.decisionNo === 3 ? { reason: 'cured' } : null,
              upTo: input.decisionNo,
            });
          },
          openReview: opened,
        },
      });
      const one = await stack.start();
      for (const upTo of [2, 3]) {
        await eventually(async () => given.length === upTo - 1 && (await one.view()).waitingFor === 'facts');
        await one.facts(upTo);
      }
      expect(await one.outcome()).toEqual({ closed: 'cured' });
      const { caseId } = one;
      expect(given).toEqual([
        [],
        [
          { effectKey: `${caseId}:one`, answer: 'queued' },
          { effectKey: `${caseId}:old`, answer: 'cancelled' },
          { effectKey: `${caseId}:desk`, answer: 'opened' },
        ],
        [],
      ]);
    },
    limit,
  );

  it(
    'wakes when the time has come, and only facts and commands wake a case without one',
    async () => {
      const decided: number[] = [];
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            decided.push(input.now);
            return planOf(
              input,
              decided.length === 1 ? { sleepUntil: input.now + 700, wakeAt: '2026-01-05T09:00:00.000Z' } : {},
            );
          },
          openReview: opened,
        },
      });
      const one = await stack.start();
      await eventually(() => decided.length === 1);
      await eventually(async () => (await one.view()).waitingFor === 'wake-or-facts');
      expect(await one.view()).toMatchObject({ decisionNo: 1, nextWake: '2026-01-05T09:00:00.000Z' });
      await eventually(() => decided.length === 2);
      expect((decided[1] as number) - (decided[0] as number)).toBeGreaterThanOrEqual(700);
      await eventually(async () => (await one.view()).waitingFor === 'facts');
      expect(await one.view()).toEqual({
        decisionNo: 2,
        stage: 'reminder',
        upTo: 0,
        nextWake: null,
        waitingFor: 'facts',
      });
      await one.handle.terminate();
    },
    limit,
  );

  it(
    'keeps its timer while the deadline stands still: a fact costs five events',
    async () => {
      const until = Date.now() + 3_600_000;
      let decided = 0;
      const stack = await cases.stack({
        cases: {
          decide: async (input) => (decided++, planOf(input, { sleepUntil: until })),
          openReview: opened,
        },
      });
      const one = await stack.start();
      await eventually(() => decided === 1);
      for (const upTo of [2, 3, 4]) {
        await one.facts(upTo);
        await eventually(() => decided === upTo);
      }
      await eventually(async () => (await eventTypes(one)).length === 7 + 3 * 5);
      expect((await eventTypes(one)).filter((type) => type.startsWith('timer'))).toEqual(['timerStarted']);
      await one.handle.terminate();
    },
    limit,
  );

  it(
    'plans anew at once what was refused as stale, but not for ever',
    async () => {
      let decided = 0;
      const stack = await cases.stack({
        cases: {
          decide: async (input) => planOf(input, { perform: [sms(input.caseId, `try-${++decided}`)] }),
          openReview: opened,
        },
        notifications: { queueMessage: async () => 'stale' },
      });
      const one = await stack.start();
      await eventually(() => decided === 4);
      await eventually(async () => (await one.view()).waitingFor === 'wake-or-facts');
      await delay(300);
      expect(decided).toBe(4);
      await one.handle.terminate();
    },
    limit,
  );

  it(
    'a step that an activity refuses for good counts as cancelled, and the case goes on',
    async () => {
      const given: StepAnswer[][] = [];
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            given.push(input.answers);
            return planOf(
              input,
              input.decisionNo === 1 ? { perform: [sms(input.caseId, 'bad')] } : { closed: { reason: 'ended' } },
            );
          },
          openReview: opened,
        },
        notifications: {
          queueMessage: async () => {
            throw ApplicationFailure.nonRetryable('no such template', 'UnknownTemplate');
          },
        },
      });
      const one = await stack.start();
      await eventually(() => given.length === 1);
      await one.facts(1);
      expect(await one.outcome()).toEqual({ closed: 'ended' });
      expect(given[1]).toEqual([{ effectKey: `${one.caseId}:bad`, answer: 'cancelled' }]);
    },
    limit,
  );

  it(
    'an outage of the database costs a dozen events, and no slot for workflow tasks',
    async () => {
      let tries = 0;
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            if (++tries <= 5) throw new Error('connection refused');
            return planOf(input, { closed: { reason: 'cured' } });
          },
          openReview: opened,
        },
      });
      const one = await stack.start();
      expect(await one.outcome()).toEqual({ closed: 'cured' });
      const types = await eventTypes(one);
      expect(types).toContain('activityTaskScheduled');
      expect(types.length).toBeLessThanOrEqual(5 + 12);
    },
    limit,
  );
});

describe('facts', () => {
  it(
    '20 facts each for 10 cases, at any moment of decide and perform: the last is always decided on',
    async () => {
      const decidedOn = new Map<string, number>();
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            const upTo = seen(input.caseId);
            await delay(30);
            decidedOn.set(input.caseId, upTo);
            return planOf(
              input,
              upTo === 20
                ? { upTo, closed: { reason: 'cured' } }
                : { upTo, perform: [sms(input.caseId, `${input.decisionNo}`)] },
            );
          },
          openReview: opened,
        },
        notifications: {
          queueMessage: async () => {
            await delay(30);
            return 'queued';
          },
        },
      });
      const all = await Promise.all(Array.from({ length: 10 }, () => stack.start()));
      const outcomes = await Promise.all(
        all.map(async (one) => {
          for (let upTo = 1; upTo <= 20; upTo++) {
            await delay(Math.random() * 60);
            await one.facts(upTo);
          }
          return await one.outcome();
        }),
      );
      expect(outcomes).toEqual(Array.from({ length: 10 }, () => ({ closed: 'cured' })));
      expect([...decidedOn.values()]).toEqual(Array.from({ length: 10 }, () => 20));
    },
    limit,
  );

  it(
    'late, repeated and malformed ones change nothing',
    async () => {
      let decided = 0;
      const stack = await cases.stack({
        cases: {
          decide: async (input) => (decided++, planOf(input, { upTo: Math.max(5, seen(input.caseId)) })),
          openReview: opened,
        },
      });
      const one = await stack.start();
      await eventually(() => decided === 1);
      for (const upTo of [5, 4, 5]) await one.facts(upTo);
      await one.handle.signal('facts');
      await one.handle.signal('facts', { upTo: 'all' });
      await one.facts(6);
      await eventually(() => decided === 2);
      expect(await one.view()).toMatchObject({ decisionNo: 2, upTo: 6 });
      await one.handle.terminate();
    },
    limit,
  );
});

describe('commands', () => {
  it(
    'are answered at once, and the same id later with the same answer',
    async () => {
      const decisions: DecideInput[] = [];
      const stack = await cases.stack({
        cases: { decide: async (input) => (decisions.push(input), planOf(input)), openReview: opened },
      });
      const one = await stack.start();
      const first = await one.command(hold('c1', 2));
      const again = await one.command(hold('c1', 2), 'sent once more');
      expect(again).toEqual(first);
      await eventually(async () => (await one.view()).waitingFor === 'facts');
      const settled = decisions.length;
      await one.command(hold('c1', 2), 'and again');
      expect(decisions).toHaveLength(settled);
      expect(decisions.length).toBeGreaterThan(first.decisionNo);
      await one.handle.terminate();
    },
    limit,
  );

  it(
    'a misshapen one is refused with its reason and leaves no trace',
    async () => {
      const stack = await cases.stack({ cases: { decide: async (input) => planOf(input), openReview: opened } });
      const one = await stack.start();
      await eventually(async () => (await one.view()).waitingFor === 'facts');
      const before = (await eventTypes(one)).length;
      const refused = one.command({ ...hold('c2'), name: 'stop' } as unknown as CommandUpdate);
      await expect(refused).rejects.toMatchObject({
        cause: { message: 'command: name is missing or not of its type' },
      });
      await expect(one.command({ ...hold('c3'), caseSeq: -1 })).rejects.toMatchObject({
        name: 'WorkflowUpdateFailedError',
      });
      expect(await eventTypes(one)).toHaveLength(before);
      await one.handle.terminate();
    },
    limit,
  );

  it(
    '120 of 120 are answered while two versions of the code take the case from each other',
    async () => {
      const decisions = new Set<number>();
      const stack = await cases.stack(
        {
          cases: {
            decide: async (input) => (
              decisions.add(input.decisionNo),
              planOf(input, { sleepUntil: input.now + 3_600_000 })
            ),
            openReview: opened,
          },
        },
        // Nothing is cached, so either version takes the next task: each run moves on as soon as it is long enough.
        { buildIds: ['blue', 'green'], limits: { maxCachedWorkflows: 0 } },
      );
      const one = await stack.start();
      const firstRun = (await one.handle.describe()).runId;
      const answers = new Map<string, number>();
      const ids = Array.from({ length: 120 }, (_, index) => `command-${index}`);
      await Promise.all(
        [0, 1, 2, 3].map(async (lane) => {
          for (const id of ids.filter((_, index) => index % 4 === lane)) {
            answers.set(id, (await one.command(hold(id))).takenAt);
          }
        }),
      );
      expect(answers.size).toBe(120);
      expect((await one.handle.describe()).runId).not.toBe(firstRun);
      const again = await one.command(hold('command-0'), 'much later');
      expect(again.takenAt).toBe(answers.get('command-0'));
      await eventually(async () => (await one.view()).waitingFor === 'wake-or-facts');
      // A task that the server gives out twice decides twice under one number; across the runs none is left out.
      const { decisionNo } = await one.view();
      expect([...decisions].sort((a, b) => a - b)).toEqual(Array.from({ length: decisionNo }, (_, index) => index + 1));
      await one.handle.terminate();
    },
    limit,
  );
});

describe('cancel', () => {
  const cancelled = async (reason: string | null) => {
    const calledBack: string[] = [];
    let decided = 0;
    const stack = await cases.stack({
      cases: {
        decide: async (input) => {
          if (++decided === 1)
            return planOf(input, { perform: [sms(input.caseId, 'one')], sleepUntil: input.now + 3_600_000 });
          const cancel = { do: 'cancel-message', summary: 'recall', effectKey: `${input.caseId}:one` } as const;
          return planOf(input, {
            perform: [cancel, sms(input.caseId, 'never')],
            closed: reason === null ? null : { reason },
          });
        },
        openReview: opened,
      },
      notifications: {
        cancelMessage: async ({ effectKey }) => {
          calledBack.push(effectKey);
          return 'cancelled';
        },
      },
    });
    const one = await stack.start();
    await eventually(async () => (await one.view()).waitingFor === 'wake-or-facts');
    await one.handle.cancel();
    await one.handle.cancel();
    return { outcome: await one.outcome(), calledBack, expected: [`${one.caseId}:one`], types: await eventTypes(one) };
  };

  it(
    'calls back what waits, sends nothing new, and ends with a reason',
    async () => {
      const { outcome, calledBack, expected, types } = await cancelled('account-recalled');
      expect(outcome).toEqual({ closed: 'recalled' });
      expect(calledBack).toEqual(expected);
      expect(types.at(-1)).toBe('workflowExecutionCompleted');
    },
    limit,
  );

  it(
    'says cancelled where the books still have the case open',
    async () => {
      expect(await cancelled(null)).toMatchObject({ outcome: { closed: 'cancelled' } });
    },
    limit,
  );

  it(
    'waits for a message that is just being queued, so that it can be called back',
    async () => {
      const happened: string[] = [];
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            happened.push(`decide ${input.answers.map(({ answer }) => answer).join()}`);
            return planOf(
              input,
              input.decisionNo === 1 ? { perform: [sms(input.caseId, 'one')] } : { closed: { reason: 'recalled' } },
            );
          },
          openReview: opened,
        },
        notifications: {
          queueMessage: async () => {
            await delay(800);
            happened.push('queued');
            return 'queued';
          },
        },
      });
      const one = await stack.start();
      await eventually(async () => (await one.view()).waitingFor === 'steps');
      await one.handle.cancel();
      expect(await one.outcome()).toEqual({ closed: 'recalled' });
      expect(happened).toEqual(['decide ', 'queued', 'decide queued']);
    },
    limit,
  );
});

describe('what people see', () => {
  it(
    'stage, branch and code version to filter by, one event a stage change; a summary on every step and timer',
    async () => {
      let decided = 0;
      const long =
        '短信提醒：到期日后第一天，向借款人本人发送一条提醒短信，文案由模板决定，不含任何个人信息，只说明事由与金额。'.repeat(
          3,
        );
      const stack = await cases.stack({
        cases: {
          decide: async (input) => {
            decided++;
            const perform = decided === 1 ? [sms(input.caseId, 'one', long), review(input.caseId, 'desk')] : [];
            return planOf(input, {
              stage: decided > 2 ? 'firm' : 'reminder',
              perform,
              why: [long],
              sleepUntil: input.now + 3_600_000,
              wakeAt: '2026-01-05T09:00:00.000Z',
            });
          },
          openReview: opened,
        },
      });
      const one = await stack.start();
      for (const upTo of [2, 3]) {
        await eventually(async () => (await one.view()).waitingFor === 'wake-or-facts' && decided === upTo - 1);
        await one.facts(upTo);
      }
      await eventually(
        async () => (await one.view()).decisionNo === 3 && (await one.view()).waitingFor === 'wake-or-facts',
      );
      const { typedSearchAttributes } = await one.handle.describe();
      const found = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
      expect(found).toMatchObject({ CaseStage: 'firm', Branch: 'test', CodeVersion: 'test' });
      const events = (await one.handle.fetchHistory()).events ?? [];
      const upserts = events.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes);
      expect(upserts).toHaveLength(2);
      const steps = events.filter(
        (event) => event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes,
      );
      expect(steps.length).toBeGreaterThanOrEqual(2);
      for (const { userMetadata } of steps) expect(userMetadata?.summary).toBeTruthy();
      await one.handle.terminate();
    },
    limit,
  );
});
