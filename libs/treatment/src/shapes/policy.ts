import type {
  AccountId,
  CloseReason,
  CounterEvent,
  HoldEffect,
  HoldKind,
  Id,
  Instant,
  Level,
  LocalDate,
  Money,
  PolicyId,
  ProofKind,
  Purpose,
  Role,
  Span,
  StepId,
  StepKind,
  TemplateId,
} from './base.js';
import type { Cond, Fact } from './cond.js';
import type { PartialSnapshot } from './snapshot.js';
import type { Step } from './step.js';

export interface Bucket {
  name: string;
  from: number;
  /** null: open */
  to: number | null;
}
export interface Entry {
  minDpd: number;
  graceDays: number;
  minOverdue: Money;
  when?: Cond;
  exclude?: Cond;
  /**
   * `catch-up`: join at the true day, what passed is late; `from-first`: day 1 is the day the case was opened, unless the
   * account comes with a history: whom others have treated before is never treated from the first step again
   */
  late: 'catch-up' | 'from-first';
  /** accounts that arrive together share the first contact: none before this long after opening or joining */
  gather: Span;
}
export interface HoldRule {
  kind: HoldKind;
  effects: HoldEffect[];
  allows: Purpose[];
  maxFor?: Span;
  opens: Role;
  ends: 'date' | 'fact' | Role;
}
export interface PromiseRules {
  maxAheadDays: number;
  minShare: number;
  keptShare: number;
  tolerance: Money;
  grace: Span;
  onNonBusinessDay: 'same' | 'next';
  remindDaysBefore: number;
  maxOpen: number;
}
export interface Escalation {
  on: 'promise-broken' | 'plan-breached' | 'deadline-missed' | 'no-rpc';
  nth: number;
  then: { level?: Level; step?: StepId; to?: Role };
}
export interface Offer {
  catalog: Id;
  kind: 'instalments' | 'longer-term' | 'interest-reduction' | 'settlement' | 'asset-in-lieu' | 'add-guarantee';
  maxMonths?: number;
  maxWaiverShare?: number;
  when: Cond;
  needs: ProofKind[];
  approval: Id;
}
export interface ApprovalMatrix {
  id: Id;
  levels: { upTo: Money | null; role: Role; persons: number; within: Span }[];
  voidWhenChanged: Fact[];
  conflict: 'requester' | 'requester-and-collector';
}
export interface DeadlineRule {
  /** a step id, or `assignment`, `first-action`, `question`, `callback` */
  of: Id;
  within: Span;
  warnBefore: Span;
  escalate: { after: Span; to: Role }[];
}
export interface Exit {
  scope: 'account' | 'case';
  when: Cond;
  close: CloseReason;
  /** template of the message that says thank you; it is the step id of that effect too */
  thank?: TemplateId;
  /** how long money that is not final is waited for; an agreement may want longer, and nothing is waited for when 0 */
  finality: Span;
  residual?: { below: Money; then: 'keep-claim' | 'ask-waiver' };
}
export interface Gate {
  guards: StepKind[];
  require: Cond;
  else: { step: StepId } | 'review';
  waivableBy?: Role;
}
export interface Cycle {
  days: number;
  nodes: { day: number; what: 'plan' | 'contact' | 'intensify' | 'review' }[];
  extension: { by: Role; max: number; onNone: StepId };
}
export interface Frequency {
  event: CounterEvent;
  key: 'person' | 'number' | 'debt' | 'case';
  per: Span;
  max: number;
}
export interface Experiment {
  id: Id;
  salt: string;
  unit: 'person';
  arms: { arm: string; share: number; overrides: { step: StepId; set: Partial<Step> }[] }[];
  stopWhen: { measure: string; worseBy: number }[];
}
export interface Example {
  name: string;
  given: PartialSnapshot;
  at: Instant;
  expect: { effects: { step: StepId; covers?: AccountId[] }[]; next?: Instant };
}

/** Strategy as data: which step for whom, when, how often, and what when it can't be done. Versioned, effective-dated. */
export interface CollectionPolicy {
  id: PolicyId;
  version: number;
  title: string;
  status: 'draft' | 'approved' | 'live' | 'retired';
  effectiveFrom: LocalDate;
  /** inclusive */
  effectiveTo?: LocalDate;
  authoredBy: Id;
  approvedBy: Id;
  selection: { priority: number; agreements?: Id[]; products?: string[]; when: Cond };
  experiment?: Experiment;
  entry: Entry;
  buckets: Bucket[];
  levels: { level: Level; when: Cond }[];
  facts?: { willingness: Cond; capacity: Cond };
  cycle: Cycle;
  steps: Step[];
  spacing: { between: StepKind[]; minGap: Span }[];
  maxNewStepsPerDay: number;
  /** one contact covers every account whose step is due, or will be within these days */
  mergeDays: number;
  gates: Gate[];
  /** advisory and narrower than the rule packs; permission is the gate's alone */
  frequency: Frequency[];
  holds: HoldRule[];
  promise: PromiseRules;
  escalation: Escalation[];
  offers: Offer[];
  approvals: ApprovalMatrix[];
  deadlines: DeadlineRule[];
  priority: { term: Fact | 'promiseDue' | 'callbackDue'; weight: number; curve: 'linear' | 'log' | 'step' }[];
  assignment: {
    sticky: boolean;
    skills: { when: Cond; skill: string }[];
    capacityPerDay: number;
    keyMonitored: { when: Cond; team: Id; seenBy: Role };
  };
  limitation: { preserveDaysBefore: number[]; step: StepId; onExpired: { block: StepKind[] } } | null;
  exits: Exit[];
  reopen: {
    unCureWithinDays: number;
    continues: ('steps' | 'counters' | 'proofs' | 'assignee' | 'policy')[];
    /** template that takes a thank-you back once the payment was reversed; it is the step id of that effect too */
    correction?: TemplateId;
  };
  migratesFrom?: { version: number; steps: Record<string, string> }[];
  examples: Example[];
}
