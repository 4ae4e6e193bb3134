import type { DecideResult } from '@arrears/contracts/activities';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

const caseStage = defineSearchAttributeKey('CaseStage', 'KEYWORD');
const branch = defineSearchAttributeKey('Branch', 'KEYWORD');
const codeVersion = defineSearchAttributeKey('CodeVersion', 'KEYWORD');

/**
 * Build id of the worker that runs this task. The server records it with each task and hands it back on replay, so
 * code may branch on it, which an environment variable or a constant of the bundle would not allow.
 */
export function codeVersionNow(): string | undefined {
  return workflowInfo().currentDeploymentVersion?.buildId;
}

/** Writes what lists of running cases are filtered by: one event, and only when it changed. */
export function openVisibility(): { show(plan: DecideResult): void } {
  let shown: { stage: string; branch: string | null } | undefined;
  return {
    show(plan) {
      setCurrentDetails(`${plan.stage}. Next wake: ${plan.wakeAt ?? 'a fact or a command'}. ${plan.why.join('; ')}`);
      if (shown?.stage === plan.stage && shown.branch === plan.branch) return;
      const changes: SearchAttributeUpdatePair[] = [{ key: caseStage, value: plan.stage }];
      if (shown?.branch !== plan.branch) changes.push({ key: branch, value: plan.branch });
      if (!shown) changes.push({ key: codeVersion, value: codeVersionNow() ?? 'unnamed' });
      upsertSearchAttributes(changes);
      shown = { stage: plan.stage, branch: plan.branch };
    },
  };
}

/** The server refuses summaries over 400 bytes, encrypted and with their metadata, and the case would stand still. */
export function summaryOf(text: string): string {
  return text.length > 50 ? `${text.slice(0, 49)}…` : text;
}
