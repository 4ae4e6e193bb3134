import type {
  BankInstruction,
  CounterEvent,
  DayKind,
  Id,
  Level,
  LocalTime,
  PersonRole,
  Purpose,
  Role,
  Span,
  Stage,
  StepId,
  StepKind,
  StepOutcome,
  TemplateId,
} from './base.js';
import type { Cond } from './cond.js';

export const BEFORE_DATES = [
  'due',
  'promise',
  'instalment',
  'limitation',
  'guarantee',
  'enforcement',
  'preservation',
] as const;
export type BeforeDate = (typeof BEFORE_DATES)[number];

export const TRIGGER_EVENTS = [
  'promise-broken',
  'plan-breached',
  'hold-ended',
  'placement-returned',
  'handoff-returned',
  'question-asked',
  'payment-applied',
] as const;
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** Both ends of a day range are inclusive; a `to` that has passed makes the step late. */
export type Trigger =
  | { on: 'dpd' | 'treatmentDay'; from: number; to?: number }
  | { on: 'after'; step: StepId; outcome: StepOutcome[]; wait: Span }
  | { on: 'before'; date: BeforeDate; days: number; dayKind: DayKind }
  | { on: 'event'; type: TriggerEvent; wait?: Span };

export const IMPOSSIBLE_REASONS = ['no-contact-point', 'denied-never', 'failed', 'returned', 'exhausted'] as const;
export type ImpossibleReason = (typeof IMPOSSIBLE_REASONS)[number];

/** `windows` is a preference: it aims a contact at a good hour and never permits one. */
export interface Window {
  from: LocalTime;
  to: LocalTime;
  days: 'business' | 'any';
  /** 1 is tried first */
  rank: number;
}
export interface Repeat {
  max: number;
  perDay?: number;
  minGap?: Span;
  until?: { event: CounterEvent; count: number }[];
}
export interface StepTemplate {
  id: TemplateId;
  delivery?: 'plain' | 'registered' | 'electronic-with-receipt';
  term?: { days: number; dayKind: DayKind; deemedAfterDays: number };
}
export interface ReviewSpec {
  by: Role;
  within: Span;
  outcomes: Id[];
  onTimeout: Id;
}

export interface Step {
  /** stable for ever: a new meaning takes a new id */
  id: StepId;
  kind: StepKind;
  scope: 'case' | 'account';
  stage: Stage;
  level: Level;
  purpose?: Purpose;
  /** tried in order; `each` means all persons of that role */
  target: { role: PersonRole; each?: boolean }[];
  trigger: Trigger;
  when?: Cond;
  /** decides between steps due together; the place in the list otherwise */
  order?: number;
  repeat?: Repeat;
  windows?: Window[];
  template?: StepTemplate;
  visit?: { minPersons: number; planApprovedBy: Role };
  agency?: { panel: Id; maxDays: number; exclusive: boolean };
  offer?: { catalog: Id; showMax: number };
  review?: ReviewSpec;
  approval?: { matrix: Id };
  instruct?: BankInstruction;
  /** nothing leaves before this role has said yes */
  humanConfirm?: Role;
  /** never lapses: late, it is still done before the named kinds */
  mandatory?: { before: StepKind[]; waivableBy?: Role };
  onLate: 'perform' | 'lapse' | 'review';
  maxLateDays?: number;
  onImpossible: { because: ImpossibleReason[]; then: { step: StepId } | 'lapse' | 'review' }[];
  /** the earliest unpaid due date moved: what was done under the old one counts, or counts for this many days only */
  onReanchor: 'keep-done' | { redoAfterDays: number };
}
