import { randomUUID } from 'node:crypto';
import type { CaseActivities, NotificationActivities } from '@arrears/contracts/activities';
import {
  caseWorkflowId,
  collectionCase as names,
  type CommandAnswer,
  type CommandUpdate,
} from '@arrears/contracts/activities';
import { createClient, queueName, type RunningWorker, type WorkerLimits } from '@arrears/temporal';
import { devServer } from '@arrears/temporal/testing';
import type { WorkflowHandle } from '@temporalio/client';
import type { CarriedState, CaseOutcome, CaseView } from '../messages.js';
import { testRing } from './keys.js';
import { commit } from './plans.js';
import { startCaseWorkers } from './workers.js';

export interface TestCase {
  caseId: string;
  handle: WorkflowHandle;
  facts(upTo: number): Promise<void>;
  command(command: CommandUpdate, updateId?: string): Promise<CommandAnswer>;
  view(): Promise<CaseView>;
  outcome(): Promise<CaseOutcome>;
}

export interface DevCases {
  /** Workers of a stack of its own, with these activities, as many versions as are named. */
  stack(
    activities: { cases: CaseActivities; notifications?: Partial<NotificationActivities> },
    options?: { limits?: Partial<WorkerLimits>; buildIds?: string[] },
  ): Promise<{ suffix: string; workers: RunningWorker[]; start(state?: CarriedState): Promise<TestCase> }>;
  /** A case on queues that somebody else polls. */
  start(suffix: string, state?: CarriedState): Promise<TestCase>;
  close(): Promise<void>;
}

/** Cases on the dev server; everything that was started is stopped by `close`. */
export async function openDevCases(workflowBundle: { code: string }): Promise<DevCases> {
  const temporal = devServer();
  const { client, close } = await createClient(temporal, testRing);
  const stops: (() => Promise<void>)[] = [];
  const start = async (suffix: string, state?: CarriedState): Promise<TestCase> => {
    const caseId = randomUUID();
    const handle = await client.workflow.start(names.workflowType, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: queueName('cases', suffix),
      args: [{ caseId, ...(state && { state }) }],
    });
    // Without the run's id the handle follows the case over continue-as-new.
    const latest = client.workflow.getHandle(handle.workflowId);
    return {
      caseId,
      handle: latest,
      facts: (upTo) => {
        commit(caseId, upTo);
        return latest.signal(names.factsSignal, { upTo });
      },
      command: (command, updateId = command.commandId) => {
        commit(caseId, command.caseSeq);
        return latest.executeUpdate<CommandAnswer, [CommandUpdate]>(names.commandUpdate, { args: [command], updateId });
      },
      view: () => latest.query<CaseView, []>(names.stateQuery),
      outcome: () => latest.result() as Promise<CaseOutcome>,
    };
  };
  return {
    start,
    stack: async ({ cases, notifications }, { limits = {}, buildIds = ['test'] } = {}) => {
      const suffix = `-${randomUUID()}`;
      const activities = { cases, notifications: { ...quiet, ...notifications } };
      const running = [];
      for (const buildId of buildIds) {
        const deployment = { name: `cases${suffix}`, buildId };
        running.push(await startCaseWorkers({ temporal, workflowBundle, suffix, activities, limits, deployment }));
      }
      stops.push(...running.map(({ stop }) => stop));
      return { suffix, workers: running.flatMap(({ workers }) => workers), start: (state) => start(suffix, state) };
    },
    close: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await close();
    },
  };
}

const quiet: NotificationActivities = { queueMessage: async () => 'queued', cancelMessage: async () => 'cancelled' };
