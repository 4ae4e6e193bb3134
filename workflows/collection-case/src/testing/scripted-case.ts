import type {
  CaseActivities,
  DecideInput,
  DecideResult,
  NotificationActivities,
  PerformStep,
  QueueMessage,
} from '@arrears/contracts/activities';
import type { CaseScript } from './script.js';

const dayMs = 86_400_000;

/**
 * The two services as one small store in memory, planning one case by its script. It keeps what each decision saw, so
 * that a test can tell what the workflow gave and when.
 */
export interface ScriptedCase {
  caseId: string;
  activities: { cases: CaseActivities; notifications: NotificationActivities };
  decisions: DecideInput[];
  /** Decisions asked for a second time under the same number. */
  repeated: number;
  queued: string[];
  caseSeq: number;
  pay(cures: boolean): number;
  hold(days: number, now: number): number;
}

export function openScriptedCase(caseId: string, script: CaseScript): ScriptedCase {
  const stored = new Map<number, DecideResult>();
  const planned = new Set<string>();
  let startedAt = 0;
  let heldUntil = 0;
  let cured = false;

  const plan = (now: number): Pick<DecideResult, 'perform' | 'sleepUntil' | 'closed'> => {
    const at = (day: number) => startedAt + day * dayMs;
    if (cured) return { perform: script.thanks ? send('thanks') : [], sleepUntil: null, closed: { reason: 'cured' } };
    if (now >= at(script.endsOn)) return { perform: [], sleepUntil: null, closed: { reason: 'ended' } };
    if (now < heldUntil) return { perform: [], sleepUntil: heldUntil, closed: null };
    const perform = script.steps.filter(({ day }) => at(day) <= now).flatMap(({ step }) => send(step));
    const next = script.steps.map(({ day }) => at(day)).find((due) => due > now);
    return { perform, sleepUntil: next ?? at(script.endsOn), closed: null };
  };
  const send = (step: string): PerformStep[] => {
    if (planned.has(step)) return [];
    planned.add(step);
    return [{ do: 'queue-message', summary: `SMS ${step}`, message: messageOf(caseId, step, scripted.caseSeq) }];
  };
  const stageAt = (now: number): string =>
    script.stages.findLast(({ day }) => startedAt + day * dayMs <= now)?.stage ?? 'new';

  const decide = async (input: DecideInput): Promise<DecideResult> => {
    const known = stored.get(input.decisionNo);
    if (known) {
      scripted.repeated++;
      return known;
    }
    startedAt ||= input.now;
    scripted.decisions.push(input);
    const { perform, sleepUntil, closed } = plan(input.now);
    const result: DecideResult = {
      decisionNo: input.decisionNo,
      stage: stageAt(input.now),
      branch: 'test',
      perform,
      sleepUntil,
      wakeAt: sleepUntil === null ? null : new Date(sleepUntil).toISOString(),
      closed,
      upTo: scripted.caseSeq,
      why: [`script ${script.name}`],
      planner: 'script',
      policies: ['script@1'],
      calendars: ['test@1'],
    };
    stored.set(input.decisionNo, result);
    return result;
  };

  const scripted: ScriptedCase = {
    caseId,
    decisions: [],
    repeated: 0,
    queued: [],
    caseSeq: 1,
    activities: {
      cases: { decide, openReview: async () => 'opened' },
      notifications: {
        queueMessage: async ({ step }) => {
          scripted.queued.push(step);
          return 'queued';
        },
        cancelMessage: async () => 'cancelled',
      },
    },
    pay: (cures) => {
      cured ||= cures;
      return ++scripted.caseSeq;
    },
    hold: (days, now) => {
      if (days > 0) heldUntil = now + days * dayMs;
      return ++scripted.caseSeq;
    },
  };
  return scripted;
}

/** Synthetic throughout: no person is behind these ids. */
export function messageOf(caseId: string, step: string, caseSeq: number): QueueMessage {
  return {
    effectKey: `${caseId}:${step}`,
    step,
    caseId,
    agreementId: '0192f000-0000-7000-8000-00000000a001',
    debtorId: '0192f000-0000-7000-8000-00000000d001',
    personId: '0192f000-0000-7000-8000-00000000e001',
    contactPointIds: ['0192f000-0000-7000-8000-00000000c001'],
    channel: 'sms',
    purpose: 'collect',
    templateId: 'reminder-sms',
    covers: ['0192f000-0000-7000-8000-00000000b001'],
    expects: { caseSeq },
    notBefore: '2026-01-05T01:00:00.000Z',
    notAfter: '2026-01-05T12:00:00.000Z',
    spread: false,
  };
}
