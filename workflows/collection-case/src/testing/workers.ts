import { fileURLToPath } from 'node:url';
import { bundleWorkflows, createWorker, queueName, type RunningWorker, type WorkerRequest } from '@arrears/temporal';
import type { CaseActivities, NotificationActivities } from '@arrears/contracts/activities';
import { testRing } from './keys.js';

const entry = import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js';

export function bundleCollectionCase(): Promise<{ code: string }> {
  return bundleWorkflows({ workflowsPath: fileURLToPath(new URL(entry, import.meta.url)) });
}

export interface CaseWorkersRequest extends Pick<WorkerRequest, 'temporal' | 'connection' | 'limits' | 'deployment'> {
  workflowBundle: { code: string };
  suffix: string;
  activities: { cases: CaseActivities; notifications: NotificationActivities };
}

/** One worker a queue, as the services run them. */
export async function startCaseWorkers(
  request: CaseWorkersRequest,
): Promise<{ workers: RunningWorker[]; stop(): Promise<void> }> {
  const { suffix, activities, workflowBundle, ...rest } = request;
  const shared = { ...rest, ring: testRing };
  const workers = [
    await createWorker({
      ...shared,
      taskQueue: queueName('cases', suffix),
      activities: activities.cases,
      workflowBundle,
    }),
    await createWorker({
      ...shared,
      taskQueue: queueName('notifications', suffix),
      activities: activities.notifications,
    }),
  ];
  return {
    workers,
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
