import type {
  AccountId,
  BankInstruction,
  CaseId,
  Channel,
  CounterEvent,
  EffectKey,
  Hash,
  HoldEffect,
  HoldKind,
  Id,
  Instant,
  Level,
  LocalDate,
  LocalTime,
  Money,
  PersonId,
  PersonRole,
  PolicyId,
  ProofKind,
  Purpose,
  Stage,
  StepId,
  StepOutcome,
} from './base.js';

export const ACCOUNT_STATUSES = [
  'open',
  'cured',
  'plan',
  'bank-pending',
  'with-agency',
  'with-legal',
  'written-off',
  'closed',
] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export interface ContactPoint {
  id: Id;
  channel: Channel;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: Purpose[];
}
export interface SnapshotPerson {
  personId: PersonId;
  role: PersonRole;
  accounts: AccountId[];
  zone: string | string[];
  language: string;
  status: 'normal' | 'claimed-dead' | 'dead' | 'no-capacity' | 'represented';
  neverContact: boolean;
  contactability: 'rpc' | 'reachable' | 'untested' | 'lost';
  lastRpcAt?: Instant;
  /** a number that takes both calls and SMS is listed once for each channel */
  points: ContactPoint[];
  preferred: { from: LocalTime; to: LocalTime }[];
}
export interface SnapshotAccount {
  accountId: AccountId;
  accountVersion: number;
  pin: { policyId: PolicyId; version: number };
  joinedAt: Instant;
  product: string;
  status: AccountStatus;
  stage: Stage;
  /** oldest contractual due date with anything unpaid; null when nothing is overdue */
  earliestUnpaidDue: LocalDate | null;
  missedMinimums: number;
  class: string;
  principal: Money;
  interest: Money;
  fees: Money;
  overdue: Money;
  secured: boolean;
  unpaid: { due: LocalDate; amount: Money }[];
  limitation?: { expires: LocalDate; suspended: boolean; proofs: Id[] };
  guarantee: { personId: PersonId; kind: 'joint' | 'general'; expires: LocalDate }[];
  lastPayment?: { valueDate: LocalDate; receivedAt?: Instant; amount: Money; by: PersonRole; final: boolean };
  /** what others did before the account came to us, as the bank told: evidence, never a step or a counter of ours */
  imported?: { actions: number; lastAt: Instant };
  /** facts that only some banks send; what is left out is unknown to conditions */
  attributes?: { segment?: string; branch?: string; region?: string; riskFlag?: string; episodes12m?: number };
}
export interface SnapshotHold {
  id: Id;
  kind: HoldKind;
  effects: HoldEffect[];
  /** neither list: the whole case */
  scope: { accounts?: AccountId[]; persons?: PersonId[] };
  from: Instant;
  until?: Instant;
}
export interface SnapshotPromise {
  id: Id;
  covers: AccountId[];
  due: LocalDate;
  amount: Money;
  paid: Money;
  state: 'open' | 'kept' | 'partly' | 'broken' | 'withdrawn';
}
export interface SnapshotPlan {
  id: Id;
  covers: AccountId[];
  state: 'offered' | 'signed' | 'bank-pending' | 'in-force' | 'breached' | 'done';
  nextDue?: LocalDate;
  missed: number;
  observationEnds?: LocalDate;
}
export interface SnapshotApproval {
  id: Id;
  step: StepId;
  covers: AccountId[];
  state: 'waiting' | 'approved' | 'rejected' | 'void';
  factsHash: Hash;
  requestedBy: Id;
}
export interface StepRecord {
  effectKey: EffectKey;
  step: StepId;
  covers: AccountId[];
  personId?: PersonId;
  occurrence: number;
  plannedAt: Instant;
  endedAt?: Instant;
  outcome?: StepOutcome;
  /** copied from the effect: the date that made the step due */
  anchor: LocalDate;
  policyVersion: number;
}

/**
 * Everything the planner may see, gathered in one read, hashed and stored with the decision. Plain JSON. Counters and
 * denials are hints: only the contact gate permits.
 */
export interface CaseSnapshot {
  shape: 1;
  caseId: CaseId;
  caseSeq: number;
  agreementId: Id;
  clientZone: string;
  /** how long money may be called back by what the agreement says; left out: only the policy says it */
  finalityBusinessDays?: number;
  knownAt: Instant;
  openedOn: LocalDate;
  /** cases whose episodes this one goes on with */
  continues: CaseId[];
  arm?: string;
  stage: Stage;
  level: Level;
  cycle: { no: number; startedOn: LocalDate; extendedTo?: LocalDate };
  keyMonitored: boolean;
  clientWishes: { id: Id; effect: HoldEffect[]; note: Hash }[];
  assignee?: { actor: Id; since: Instant; firstActionAt?: Instant };
  persons: SnapshotPerson[];
  accounts: SnapshotAccount[];
  holds: SnapshotHold[];
  promises: SnapshotPromise[];
  plans: SnapshotPlan[];
  approvals: SnapshotApproval[];
  instructions: { id: Id; type: BankInstruction; covers: AccountId[]; state: 'sent' | 'booked' | 'refused' }[];
  matters: {
    id: Id;
    covers: AccountId[];
    state: string;
    gaps: ProofKind[];
    deadlines: { what: string; on: LocalDate }[];
  }[];
  placements: {
    id: Id;
    covers: AccountId[];
    agencyId: Id;
    ends: LocalDate;
    state: 'placed' | 'recalling' | 'returned';
  }[];
  /** of this case and of those it continues */
  steps: StepRecord[];
  denials: { step: StepId; rule: string; until: Instant | 'never' }[];
  counters: { event: CounterEvent; key: Id; day: LocalDate; n: number }[];
  proofs: { id: Id; kind: ProofKind; covers: AccountId[]; at: Instant; compliant: boolean }[];
  assessments: { score?: number; pCure?: number; willingness?: string; capacity?: string; at: Instant; by: Id }[];
  callbacks: { id: Id; personId: PersonId; at: Instant }[];
  questions: { id: Id; askedAt: Instant; answered: boolean }[];
}

/** The `given` of an example: whatever it leaves out is filled with a plain case of one account and one debtor. */
export type PartialSnapshot = Partial<Omit<CaseSnapshot, 'accounts' | 'persons' | 'steps' | 'holds'>> & {
  accounts?: Partial<SnapshotAccount>[];
  persons?: Partial<SnapshotPerson>[];
  steps?: Partial<StepRecord>[];
  holds?: Partial<SnapshotHold>[];
};
