/**
 * Activity types and messages of the case workflow. Types only: the workflow bundle imports this file and nothing that
 * runs. Instants are ISO strings; `now` is the workflow's own real time in epoch milliseconds.
 */
import type { Purpose } from './permits.js';

/** Task queues are named after the service that polls them. */
export type TaskQueueName = 'cases' | 'notifications' | 'contacts';

export interface DecideInput {
  caseId: string;
  /** Counts decisions of this case across runs; a second run of the same number returns what the first stored. */
  decisionNo: number;
  /** `Date.now()` of the workflow, real time; the activity maps it to business time. */
  now: number;
  /** What the steps performed since the last decision answered. */
  answers: StepAnswer[];
}

export interface StepAnswer {
  effectKey: string;
  answer: 'queued' | 'opened' | 'asked' | 'stale' | 'cancelled';
}

export interface DecideResult {
  decisionNo: number;
  stage: string;
  branch: string | null;
  perform: PerformStep[];
  /** Real time in epoch ms at which to decide again without a new fact; null = only facts wake the case. */
  sleepUntil: number | null;
  /** Business time of the same wake, for people who read the history. */
  wakeAt: string | null;
  closed: null | { reason: string };
  /** Highest caseSeq the decision saw. */
  upTo: number;
  why: string[];
  planner: string;
  policies: string[];
  calendars: string[];
}

export type PerformStep =
  | { do: 'queue-message'; summary: string; message: QueueMessage }
  | { do: 'cancel-message'; summary: string; effectKey: string }
  | { do: 'open-review'; summary: string; review: OpenReview };

export interface QueueMessage {
  effectKey: string;
  step: string;
  caseId: string;
  agreementId: string;
  debtorId: string;
  personId: string;
  contactPointIds: string[];
  channel: 'sms' | 'email' | 'letter' | 'voiceBot';
  purpose: Purpose;
  templateId: string;
  /** Of a letter; left out: plain. */
  delivery?: 'plain' | 'registered' | 'electronic-with-receipt';
  /** Days after posting at which an undelivered letter counts as delivered; left out: it never does. */
  deemedAfterDays?: number;
  /** Calendar days after delivery within which the letter asks for payment, as its text says. */
  termDays?: number;
  covers: string[];
  expects: { caseSeq: number };
  notBefore: string;
  notAfter: string;
  spread: boolean;
}

export interface OpenReview {
  caseId: string;
  effectKey: string;
  step: string;
  covers: string[];
  by: string;
  outcomes: string[];
  deadline: string;
  onTimeout: string;
  expects: { caseSeq: number };
}

/** Polled by `cases`: local activities of the case worker, and `decide` once more as a normal one for outages. */
export interface CaseActivities {
  decide(input: DecideInput): Promise<DecideResult>;
  openReview(review: OpenReview): Promise<'opened' | 'stale'>;
}

/** Polled by `notifications`. Both insert or update one row keyed by `effectKey` and may be retried without limit. */
export interface NotificationActivities {
  queueMessage(message: QueueMessage): Promise<'queued' | 'stale'>;
  cancelMessage(input: { effectKey: string }): Promise<'cancelled' | 'too-late'>;
}

/** Signal `facts`: something was committed for this case up to `caseSeq`. No content: the next decision reads it. */
export interface FactsSignal {
  upTo: number;
}

/** Update `command`: a person's command was stored and the case must take it into account now. */
export interface CommandUpdate {
  commandId: string;
  name: 'hold' | 'lift' | 'recall' | 'answer-review' | 'wake';
  caseSeq: number;
}
export interface CommandAnswer {
  commandId: string;
  takenAt: number;
  decisionNo: number;
}

/** What the workflow carries over continue-as-new. Plain JSON only. */
export interface CaseState {
  stateVersion: 1;
  decisionNo: number;
  stage: string;
  upTo: number;
  commands: CommandAnswer[];
}

export interface CollectionCaseInput {
  caseId: string;
  state?: CaseState;
}

/** The workflow's type name, signal, update and query names: pinned by a contract test. */
export const collectionCase = {
  workflowType: 'collectionCase',
  factsSignal: 'facts',
  commandUpdate: 'command',
  stateQuery: 'state',
} as const;

/** `case-<caseId>`, reopened for the n-th time `case-<caseId>-<n>`. */
export function caseWorkflowId(caseId: string, reopened = 0): string {
  return reopened === 0 ? `case-${caseId}` : `case-${caseId}-${reopened}`;
}
