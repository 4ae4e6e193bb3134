import { fileURLToPath } from 'node:url';
import { play, standardScript } from '@arrears/collection-case/testing';
import { bundleWorkflows } from '@arrears/temporal';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NaiveActivities } from '../workflows/naive-lite.js';

/** History events of the standard script when the naive-lite workflow lives through it; needs the time-skipping server. */
export async function naiveLiteEvents(env: TestWorkflowEnvironment): Promise<number> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workflowsPath = fileURLToPath(new URL(`../workflows/naive-lite.${extension}`, import.meta.url));
  const { events } = await play(env, standardScript, {
    caseId: 'naive-lite',
    workflowBundle: await bundleWorkflows({ workflowsPath }),
    workflowType: 'naiveLite',
    moreActivities: ({ activities }): NaiveActivities => ({
      readCase: async (caseId) => caseId,
      readPolicy: async (caseId) => caseId,
      computePlan: (input) => activities.cases.decide(input),
      askPermit: async (effectKey) => effectKey,
      sendMessage: async (effectKey) => effectKey,
      saveOutcome: async (effectKey) => effectKey,
    }),
  });
  return events;
}
