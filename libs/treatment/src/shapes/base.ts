/**
 * Words shared by policies, snapshots and decisions. Ids are branded so that a step id never stands where an account id
 * is meant; in JSON they are plain strings. Money is an integer number of minor units as a string beside its currency.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type CaseId = Branded<'CaseId'>;
export type AccountId = Branded<'AccountId'>;
export type PersonId = Branded<'PersonId'>;
export type PolicyId = Branded<'PolicyId'>;
export type StepId = Branded<'StepId'>;
export type TemplateId = Branded<'TemplateId'>;
/** `caseId/stepId/occurrence`: names one thing to be done once, everywhere. */
export type EffectKey = Branded<'EffectKey'>;
/** Any other identifier: of a hold, an actor, a matter, a contact point. */
export type Id = string;

/** 'YYYY-MM-DD' */
export type LocalDate = string;
/** 'HH:MM' */
export type LocalTime = string;
/** ISO-8601 in UTC with milliseconds and Z */
export type Instant = string;
export type Hash = string;
export interface Money {
  minor: string;
  currency: string;
}

export type DayKind = 'calendar' | 'business';
export const SPAN_UNITS = ['minutes', 'hours', 'businessHours', 'days', 'businessDays', 'months'] as const;
/** Minutes and hours pass on the business clock day and night; businessHours only while the office is open. */
export interface Span {
  n: number;
  unit: (typeof SPAN_UNITS)[number];
}

export const ROLES = [
  'collector',
  'visitCollector',
  'admin',
  'supervisor',
  'manager',
  'headOffice',
  'legal',
  'compliance',
  'agency',
] as const;
export type Role = (typeof ROLES)[number];

export const CHANNELS = ['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit'] as const;
export type Channel = (typeof CHANNELS)[number];

export const PURPOSES = [
  'collect',
  'remind-due',
  'confirm-payment',
  'serve',
  'plan-admin',
  'legal-notice',
  'statutory-notice',
  'locate',
  'complaint-reply',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export const STAGES = [
  'reminder',
  'calling',
  'letter',
  'visit',
  'resolution',
  'legal',
  'monitoring',
  'closed',
] as const;
export type Stage = (typeof STAGES)[number];

/** In rising order of severity. */
export const LEVELS = ['normal', 'early-warning', 'intensified', 'legal'] as const;
export type Level = (typeof LEVELS)[number];

export const STEP_KINDS = [
  ...CHANNELS,
  'trace',
  'agency',
  'assess-capacity',
  'offer',
  'review',
  'request-write-off',
  'hand-off',
  'instruct-bank',
  'wait',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const STEP_OUTCOMES = [
  'done',
  'delivered',
  'deemed-delivered',
  'returned',
  'failed',
  'rpc',
  'no-rpc',
  'exhausted',
  'promise',
  'accepted',
  'refused',
  'approved',
  'rejected',
  'void',
  'unperformable',
  'lapsed',
  'unknown',
  'cancelled',
  'stale',
] as const;
/** A review adds the words its policy declares as outcomes. */
export type StepOutcome = (typeof STEP_OUTCOMES)[number] | (string & {});

export const HOLD_KINDS = [
  'dispute',
  'claimed-paid',
  'hardship',
  'disaster',
  'breathing-space',
  'insolvency',
  'deceased',
  'complaint',
  'plan-in-force',
  'promise',
  'legal-stay',
  'bank-request',
  'vulnerable',
  'number-check',
] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** What a hold can stop. Days past due is not among them: law and classification count it through everything. */
export const HOLD_EFFECTS = ['contact', 'treatmentDays', 'interest', 'escalation', 'limitation'] as const;
export type HoldEffect = (typeof HOLD_EFFECTS)[number];

export const CLOSE_REASONS = [
  'cured',
  'settled',
  'restructured-completed',
  'written-off-ended',
  'recalled',
  'judgment-satisfied',
  'asset-in-lieu',
  'debt-assigned',
  'estate-exhausted',
  'insolvency-discharged',
  'uncollectable',
  'transferred',
  'opened-in-error',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

export const PERSON_ROLES = [
  'debtor',
  'coDebtor',
  'jointGuarantor',
  'generalGuarantor',
  'heir',
  'representative',
  'relatedThird',
  'unrelatedThird',
] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

export const COUNTER_EVENTS = [
  'dialPlaced',
  'dialUnanswered',
  'conversation',
  'effectiveCall',
  'smsSent',
  'smsDelivered',
  'letterPosted',
  'letterDelivered',
  'visitMade',
  'thirdPartyContact',
  'inboundCall',
  'anyContact',
] as const;
export type CounterEvent = (typeof COUNTER_EVENTS)[number];

export const BANK_INSTRUCTIONS = [
  'freeze-interest',
  'waive-fee',
  'reduce-interest',
  'reschedule',
  'write-off',
  'report-credit',
  'correct-credit',
  'pay-court-fee',
  'take-back',
] as const;
export type BankInstruction = (typeof BANK_INSTRUCTIONS)[number];

export const PROOF_KINDS = [
  'compliant-demand',
  'delivered-letter',
  'signed-statement',
  'recording',
  'capacity-assessment',
  'visit-report',
  'credit-notice',
  'identity-papers',
  'contract',
] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];
