import type { DecideInput, DecideResult, PerformStep } from '@arrears/contracts/activities';
import { collectionCase as names } from '@arrears/contracts/activities';
import { defineSearchAttributeKey } from '@temporalio/common';
import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';

/** What a loop reads and computes, and what a step does, each as an activity of its own. */
export interface NaiveActivities {
  readCase(caseId: string): Promise<string>;
  readPolicy(caseId: string): Promise<string>;
  computePlan(input: DecideInput): Promise<DecideResult>;
  askPermit(effectKey: string): Promise<string>;
  sendMessage(effectKey: string): Promise<string>;
  saveOutcome(effectKey: string): Promise<string>;
}

const activities = proxyActivities<NaiveActivities>({ startToCloseTimeout: '10s' });
const caseStage = defineSearchAttributeKey('CaseStage', 'KEYWORD');

/**
 * A case as one writes it first: everything is an activity, the plan is made again after each step, the timer is set
 * anew after each fact. The yardstick for the history of the real one; already the better half of naive, with one
 * timer and a search attribute written only when it changed.
 */
export async function naiveLite({ caseId }: { caseId: string }): Promise<{ closed: string }> {
  let version = 0;
  let stage = '';
  setHandler(defineSignal(names.factsSignal), () => void version++);
  setHandler(defineUpdate<number>(names.commandUpdate), () => ++version);
  for (let decisionNo = 1; ; decisionNo++) {
    const at = version;
    await activities.readCase(caseId);
    await activities.readPolicy(caseId);
    const plan = await activities.computePlan({ caseId, decisionNo, now: Date.now(), answers: [] });
    if (plan.stage !== stage) upsertSearchAttributes([{ key: caseStage, value: plan.stage }]);
    stage = plan.stage;
    for (const step of plan.perform) await performNaively(step);
    if (plan.perform.length > 0 || version !== at) continue;
    if (plan.closed) return { closed: plan.closed.reason };
    await condition(() => version !== at, Math.max(1, (plan.sleepUntil ?? Infinity) - Date.now()));
  }
}

async function performNaively(step: PerformStep): Promise<void> {
  const effectKey = step.do === 'queue-message' ? step.message.effectKey : step.summary;
  await activities.askPermit(effectKey);
  await activities.sendMessage(effectKey);
  await activities.saveOutcome(effectKey);
}
