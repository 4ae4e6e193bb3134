import type {
  CaseActivities,
  DecideInput,
  DecideResult,
  NotificationActivities,
  QueueMessage,
} from '@arrears/contracts/activities';
import { messageOf } from '@arrears/collection-case/testing';

const monthMs = 30 * 86_400_000;

/**
 * Both services with nothing behind them: activities that return at once. A case sends one message and waits a month;
 * once it is paid it closes.
 */
export interface QuickCases {
  activities: { cases: CaseActivities; notifications: NotificationActivities };
  /** Resolves when the case's message was queued: then it has decided and performed. */
  sent(caseId: string): Promise<void>;
  pay(caseId: string): void;
  /** How many messages were queued so far. */
  count(): number;
}

export function openQuickCases(): QuickCases {
  const paid = new Set<string>();
  const waiting = new Map<string, () => void>();
  let queued = 0;
  const queueMessage = async ({ caseId }: QueueMessage): Promise<'queued'> => {
    queued++;
    waiting.get(caseId)?.();
    return 'queued';
  };
  return {
    activities: {
      cases: {
        decide: async (input) => (paid.has(input.caseId) ? close(input) : send(input)),
        openReview: async () => 'opened',
      },
      notifications: { queueMessage, cancelMessage: async () => 'cancelled' },
    },
    sent: (caseId) => new Promise((done) => waiting.set(caseId, done)),
    pay: (caseId) => void paid.add(caseId),
    count: () => queued,
  };
}

function send(input: DecideInput): DecideResult {
  const { caseId, decisionNo, now } = input;
  const sleepUntil = now + monthMs;
  const message = messageOf(caseId, 'sms-1', 1);
  return {
    ...decision(input),
    // A second decision before the payment (a task that was redone) must not send again.
    perform: decisionNo === 1 ? [{ do: 'queue-message', summary: 'SMS sms-1', message }] : [],
    sleepUntil,
    wakeAt: new Date(sleepUntil).toISOString(),
  };
}

function close(input: DecideInput): DecideResult {
  return { ...decision(input), closed: { reason: 'cured' } };
}

function decision({ decisionNo }: DecideInput): DecideResult {
  return {
    decisionNo,
    stage: 'reminder',
    branch: 'B001',
    perform: [],
    sleepUntil: null,
    wakeAt: null,
    closed: null,
    upTo: decisionNo,
    why: ['bench'],
    planner: '1',
    policies: ['unsecured@1'],
    calendars: ['CN@2026-1'],
  };
}
