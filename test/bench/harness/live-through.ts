import { randomUUID } from 'node:crypto';
import { caseWorkflowId, collectionCase } from '@arrears/contracts/activities';
import type { Client } from '@temporalio/client';
import type { CaseStack } from './case-workers.js';
import { rate } from './load.js';
import type { QuickCases } from './quick-cases.js';

/** Lives a second: start, decide and send, a fact, decide, the result. Awaits results; asks nobody how far he is. */
export function caseLifecycles(stack: CaseStack, cases: QuickCases, count: number): Promise<number> {
  const { workflow } = stack.client;
  return rate(count, async () => {
    const caseId = randomUUID();
    const sent = cases.sent(caseId);
    const handle = await workflow.start(collectionCase.workflowType, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: stack.taskQueue,
      args: [{ caseId }],
    });
    await sent;
    cases.pay(caseId);
    await handle.signal(collectionCase.factsSignal, { upTo: 2 });
    await handle.result();
  });
}

/** The same calls of a client to a workflow that takes the signal and returns. */
export function nudgedLifecycles(client: Client, taskQueue: string, count: number): Promise<number> {
  return rate(count, async () => {
    const handle = await client.workflow.start('nudgedOnce', { workflowId: randomUUID(), taskQueue });
    await handle.signal('nudge');
    await handle.result();
  });
}

/** Start and result only. */
export function emptyLifecycles(client: Client, taskQueue: string, count: number): Promise<number> {
  return rate(count, async () => {
    const handle = await client.workflow.start('empty', { workflowId: randomUUID(), taskQueue });
    await handle.result();
  });
}
