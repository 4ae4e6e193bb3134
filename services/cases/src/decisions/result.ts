import type { DecideResult, PerformStep, QueueMessage } from '@arrears/contracts/activities';
import type { Decision, Effect, Reason, SendEffect } from '@arrears/treatment';
import type { CaseRow } from '../cases/case.store.js';

/** Channels of messages that `notifications` queues. */
export const messageChannels = ['sms', 'email', 'letter', 'voiceBot'] as const satisfies QueueMessage['channel'][];
type MessageChannel = (typeof messageChannels)[number];
export const isMessageChannel = (kind: string): kind is MessageChannel =>
  (messageChannels as readonly string[]).includes(kind);

/** What the effects of this build's policies become; others are refused when a policy is loaded. */
export type Performable = (SendEffect & { channel: MessageChannel }) | Extract<Effect, { do: 'open-review' }>;
export const isPerformable = (effect: Effect): effect is Performable =>
  effect.do === 'open-review' || (effect.do === 'send' && isMessageChannel(effect.channel));

/** Steps under way that are to be called back: messages by `notifications`, reviews by ourselves. */
export interface CalledBack {
  effectKey: string;
  kind: string;
}

/**
 * What the workflow has to do. Every effect expects the `caseSeq` that the decision itself has raised the case to: its
 * own moves must not make its own contacts stale.
 */
export function resultOf(
  decision: Decision,
  of: { row: CaseRow; decisionNo: number; sleepUntil: number | null; calledBack: readonly CalledBack[] },
): DecideResult {
  const { row, decisionNo, sleepUntil } = of;
  const effects = decision.effects.filter(isPerformable);
  const perform: PerformStep[] = [
    ...of.calledBack.map(({ effectKey }): PerformStep => ({
      do: 'cancel-message',
      summary: `call back ${shortKey(effectKey)}`,
      effectKey,
    })),
    ...effects.map((effect) => performStep(effect, row)),
  ];
  return {
    decisionNo,
    stage: row.stage,
    branch: row.branch,
    perform,
    sleepUntil: decision.closeCase ? null : sleepUntil,
    wakeAt: decision.wakeAt,
    closed: decision.closeCase ? { reason: row.close_reason ?? 'closed' } : null,
    upTo: row.case_seq,
    why: whyOf(decision),
    planner: decision.planner,
    policies: decision.policies.map(({ policyId, version }) => `${policyId}@${version}`),
    calendars: Object.entries(decision.calendarVersions).map(([id, version]) => `${id} ${version}`),
  };
}

const shortKey = (effectKey: string): string => effectKey.slice(effectKey.indexOf('/') + 1);

function performStep(effect: Performable, row: CaseRow): PerformStep {
  const expects = { caseSeq: row.case_seq };
  const { effectKey, step, covers } = effect;
  const common = { effectKey, step, caseId: row.case_id, covers: [...covers], expects };
  const debts = `${covers.length} debt${covers.length === 1 ? '' : 's'}`;
  if (effect.do === 'open-review') {
    const { by, outcomes, deadline, onTimeout } = effect;
    const review = { ...common, by, outcomes: [...outcomes], deadline, onTimeout };
    return { do: 'open-review', summary: `review ${step} by ${by} until ${deadline}`, review };
  }
  const {
    personId,
    points,
    purpose,
    template,
    notBefore,
    notAfter,
    spread,
    channel,
    delivery,
    deemedAfterDays,
    termDays,
  } = effect;
  const message = {
    ...common,
    agreementId: row.agreement_id,
    debtorId: row.debtor_id,
    personId,
    contactPointIds: [...points],
    channel,
    purpose,
    templateId: template,
    ...(delivery === undefined ? {} : { delivery }),
    ...(deemedAfterDays === undefined ? {} : { deemedAfterDays }),
    ...(termDays === undefined ? {} : { termDays }),
    notBefore,
    notAfter,
    spread,
  };
  return { do: 'queue-message', summary: `${channel} ${template}, ${debts}, from ${notBefore}`, message };
}

const mostReasons = 5;

/** Short and without amounts: it stands in Temporal's history. */
function whyOf(decision: Decision): string[] {
  const line = (what: string, why: Reason) => [what, why.code, why.rule].filter(Boolean).join(' ');
  const reasons = [
    ...decision.exits.map(({ reason }) => `leave ${reason}`),
    ...decision.effects.map(({ step, why }) => line(step, why)),
    ...decision.cancel.map(({ effectKey, why }) => line(`cancel ${shortKey(effectKey)}`, why)),
  ];
  const next = decision.upcoming[0];
  if (next !== undefined) reasons.push(`next ${next.step} ${next.earliest}`);
  return reasons.slice(0, mostReasons);
}
