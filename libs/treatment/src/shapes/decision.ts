import type {
  AccountId,
  BankInstruction,
  CloseReason,
  CounterEvent,
  EffectKey,
  Hash,
  Id,
  Instant,
  Level,
  LocalDate,
  LocalTime,
  Money,
  PersonId,
  PolicyId,
  ProofKind,
  Purpose,
  Role,
  Stage,
  StepId,
  StepKind,
  TemplateId,
} from './base.js';
import type { Fact } from './cond.js';

/** Why something is planned, blocked, cancelled or lapsed. `code` is stable and translated by the console. */
export interface Reason {
  code: string;
  step?: StepId;
  rule?: string;
  facts: Partial<Record<Fact, string>>;
  until?: Instant | 'never';
}

/**
 * `effectKey` is `caseId/step/occurrence`. A new occurrence follows only one that never left the house (stale, cancelled,
 * lapsed, refused), an agreed repetition, or other accounts; never one whose outcome is unknown.
 */
export interface EffectBase {
  effectKey: EffectKey;
  step: StepId;
  occurrence: number;
  covers: AccountId[];
  /** to be stored on the step's record: rounds of a recurring step are told apart by it */
  anchor: LocalDate;
  policyVersion: number;
  expects: { caseSeq: number };
  notBefore: Instant;
  notAfter: Instant;
  why: Reason;
}

export type SendChannel = 'sms' | 'email' | 'push' | 'voiceBot' | 'letter';
export type TraceTier = 'own-records' | 'bank-records' | 'related-third' | 'unrelated-third' | 'court';

export interface SendEffect extends EffectBase {
  do: 'send';
  channel: SendChannel;
  personId: PersonId;
  points: Id[];
  purpose: Purpose;
  template: TemplateId;
  /** of a letter */
  delivery?: 'plain' | 'registered' | 'electronic-with-receipt';
  /** of a letter with a term: days after posting at which it counts as delivered */
  deemedAfterDays?: number;
  /** of a letter with a term in calendar days: within how many it asks for payment */
  termDays?: number;
  /** may be spread over its window instead of leaving with everyone else's */
  spread: boolean;
}
export interface CallTaskEffect extends EffectBase {
  do: 'open-call-task';
  personIds: PersonId[];
  purpose: Purpose;
  budget: { perDay: number; max: number; until: { event: CounterEvent; count: number }[] };
  windows: { from: LocalTime; to: LocalTime }[];
  ends: Instant;
}
export interface VisitEffect extends EffectBase {
  do: 'open-visit';
  personId: PersonId;
  pointId: Id;
  minPersons: number;
  planApprovedBy: Role;
  reviewBy: Role;
}
export interface ReviewEffect extends EffectBase {
  do: 'open-review';
  by: Role;
  outcomes: Id[];
  deadline: Instant;
  onTimeout: Id;
}
export interface ApprovalEffect extends EffectBase {
  do: 'request-approval';
  matrix: Id;
  what: StepKind | BankInstruction;
  amount: Money;
  factsHash: Hash;
}
export interface InstructEffect extends EffectBase {
  do: 'instruct-bank';
  type: BankInstruction;
  terms: Record<string, string>;
  approvalId?: Id;
}
export interface TraceEffect extends EffectBase {
  do: 'trace';
  personId: PersonId;
  tiers: TraceTier[];
}
export interface PlaceEffect extends EffectBase {
  do: 'place';
  panel: Id;
  ends: LocalDate;
}
export interface RecallPlacementEffect extends EffectBase {
  do: 'recall-placement';
  placementId: Id;
}
export interface AssessEffect extends EffectBase {
  do: 'assess-capacity';
  by: Role;
}
export interface OfferEffect extends EffectBase {
  do: 'offer';
  offers: Id[];
  expires: Instant;
}
export interface HandOffEffect extends EffectBase {
  do: 'hand-off';
  dossier: ProofKind[];
  approvalId: Id;
}
export interface NotifyStaffEffect extends EffectBase {
  do: 'notify-staff';
  role: Role;
  template: TemplateId;
}
export type Effect =
  | SendEffect
  | CallTaskEffect
  | VisitEffect
  | ReviewEffect
  | ApprovalEffect
  | InstructEffect
  | TraceEffect
  | PlaceEffect
  | RecallPlacementEffect
  | AssessEffect
  | OfferEffect
  | HandOffEffect
  | NotifyStaffEffect;

export interface Deadline {
  key: Id;
  of: Id;
  at: Instant;
  warnAt: Instant;
  owner: Role;
  escalate: { at: Instant; to: Role }[];
}
export interface Upcoming {
  step: StepId;
  covers: AccountId[];
  earliest: Instant;
  blockedBy: Reason[];
}
export interface Lapse {
  step: StepId;
  covers: AccountId[];
  why: Reason;
}
export interface Attention {
  code: string;
  owner: Role;
  why: Reason;
}

/** What to do now and when to think again. The same input gives the same bytes. */
export interface Decision {
  planner: string;
  policies: { policyId: PolicyId; version: number }[];
  calendarVersions: Record<string, string>;
  snapshotHash: Hash;
  decidedFor: Instant;
  effects: Effect[];
  cancel: { effectKey: EffectKey; why: Reason }[];
  move: { stage: Stage; level: Level; accounts: { accountId: AccountId; stage: Stage }[]; cycleNode?: string };
  exits: { accountId: AccountId; reason: CloseReason }[];
  closeCase: boolean;
  /** the full set, each time: the caller compares */
  deadlines: Deadline[];
  /** earliest moment at which anything here could change by itself; null only when the case is closed */
  wakeAt: Instant | null;
  upcoming: Upcoming[];
  /** the full set of steps whose time has passed without a record; the caller keeps what it has not kept yet */
  lapsed: Lapse[];
  /** the full set, each time: worklist items for people */
  attention: Attention[];
}
