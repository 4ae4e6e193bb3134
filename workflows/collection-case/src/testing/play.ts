import { setTimeout as delay } from 'node:timers/promises';
import { caseWorkflowId, collectionCase as names } from '@arrears/contracts/activities';
import { queueName } from '@arrears/temporal';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CaseOutcome } from '../messages.js';
import { happenings, type CaseScript } from './script.js';
import { openScriptedCase, type ScriptedCase } from './scripted-case.js';
import { startCaseWorkers } from './workers.js';

const dayMs = 86_400_000;

export interface Played {
  outcome: CaseOutcome;
  workflowId: string;
  events: number;
  history: History;
  scripted: ScriptedCase;
}

export interface PlayOptions {
  caseId: string;
  workflowBundle: { code: string };
  /** Another workflow to live through the same script, and the activities it needs beside those of a case. */
  workflowType?: string;
  moreActivities?: (scripted: ScriptedCase) => object;
}

/** Lives a script through on the time-skipping server: a 120-day case takes about a second. */
export async function play(env: TestWorkflowEnvironment, script: CaseScript, options: PlayOptions): Promise<Played> {
  const { caseId, workflowBundle, workflowType = names.workflowType, moreActivities } = options;
  const scripted = openScriptedCase(caseId, script);
  const suffix = `-${caseId}`;
  const temporal = { address: env.address, namespace: env.namespace ?? 'default' };
  const cases = { ...scripted.activities.cases, ...moreActivities?.(scripted) };
  const activities = { ...scripted.activities, cases };
  const connection = env.nativeConnection;
  const workers = await startCaseWorkers({ temporal, connection, workflowBundle, suffix, activities });
  try {
    const workflowId = caseWorkflowId(caseId);
    const handle = await env.client.workflow.start(workflowType, {
      workflowId,
      taskQueue: queueName('cases', suffix),
      args: [{ caseId }],
    });
    await settled(scripted, 1);
    let day = 0;
    for (const happening of happenings(script)) {
      await env.sleep((happening.day - day) * dayMs);
      day = happening.day;
      const decisions = scripted.decisions.length;
      if (happening.do === 'payment') {
        await handle.signal(names.factsSignal, { upTo: scripted.pay(happening.cures) });
      } else {
        const caseSeq = scripted.hold(happening.holdDays, await env.currentTimeMs());
        const command = { commandId: `${caseId}-${day}`, name: happening.name, caseSeq };
        await handle.executeUpdate(names.commandUpdate, { args: [command], updateId: command.commandId });
      }
      await settled(scripted, decisions + 1);
    }
    const outcome = (await handle.result()) as CaseOutcome;
    const history = await handle.fetchHistory();
    return { outcome, workflowId, events: history.events?.length ?? 0, history, scripted };
  } finally {
    await workers.stop();
  }
}

/** The server skips days, not our time: waits until the case has decided so often, at most 20 s. */
async function settled({ decisions }: ScriptedCase, count: number): Promise<void> {
  for (let waited = 0; decisions.length < count; waited += 10) {
    if (waited > 20_000) throw new Error(`the case decided ${decisions.length} times, ${count} were expected`);
    await delay(10);
  }
}
