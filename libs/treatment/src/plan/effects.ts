import type { AccountId, EffectKey, StepId } from '../shapes/base.js';
import type { Effect, EffectBase, Reason, SendEffect, TraceTier } from '../shapes/decision.js';
import type { StepTemplate } from '../shapes/step.js';
import { amountOf, factsHash } from './approvals.js';
import { leaves } from '../facts/conditions.js';
import type { AccountView, PlanContext } from './context.js';
import { DAY_MS, dateOf, instantOf } from './dates.js';
import type { Candidate } from './due-steps.js';
import { nextOccurrence } from './history.js';
import { hardEnd } from './lateness.js';
import type { Group } from './merge.js';
import type { Verdict } from './judge.js';
import { factsOf, reason } from './reasons.js';
import { purposeOf } from './standing.js';
import type { Recipient } from './targets.js';
import { preferredStart } from './windows.js';

/** A contact whose window has no end is asked for anew after this long, if it is still wanted. */
const OPEN_VALIDITY_DAYS = 7;
/** Third persons and courts are asked only by people. */
const TRACE_TIERS: TraceTier[] = ['own-records', 'bank-records', 'related-third'];

/** Gives out effect keys; one decision never gives the same key twice. */
export interface Keys {
  given: Map<StepId, number>;
}

export function keyFor(ctx: PlanContext, keys: Keys, step: StepId): { effectKey: EffectKey; occurrence: number } {
  const occurrence = keys.given.get(step) ?? nextOccurrence(ctx.history, step);
  keys.given.set(step, occurrence + 1);
  return { effectKey: `${ctx.s.caseId}/${step}/${occurrence}` as EffectKey, occurrence };
}

type Go = Extract<Verdict, { kind: 'go' }>;

/** Turns a step that may go into what has to be done: one effect, or one for each person to be told. */
export function effectsFor(ctx: PlanContext, group: Group, go: Go, keys: Keys): Effect[] {
  const { def } = group.step;
  if (go.confirmFirst && def.humanConfirm !== undefined) return [confirmation(ctx, group, go, keys)];
  if (def.approval !== undefined && go.approved === null) return [approvalRequest(ctx, group, go, keys)];
  if (group.step.isContact && def.kind !== 'agency') {
    const each = def.target.some((target) => target.each === true);
    const told = each ? go.recipients : go.recipients.slice(0, 1);
    if (def.kind === 'call') return [callTask(ctx, group, go, keys)];
    return told.map((recipient) => contact(ctx, group, membersOf(go, recipient.covers), recipient, keys));
  }
  return [deskWork(ctx, group, go, keys)];
}

const membersOf = (go: Go, covers: AccountId[]): Candidate[] =>
  go.members.filter((member) => covers.includes(member.account.id));

function base(ctx: PlanContext, group: Group, members: Candidate[], keys: Keys, zone: string | null): EffectBase {
  const { def } = group.step;
  const lead = members.find((member) => ctx.now >= member.timing.dueAt) ?? members[0];
  if (lead === undefined) throw new Error(`step ${def.id} was planned for no account`);
  const endAt = earliestEnd(ctx, members);
  const notBefore = group.step.isContact ? preferredStart(ctx, def.windows, ctx.now, endAt, zone) : ctx.now;
  const why: Reason = reason(lead.late ? `late-${lead.why}` : lead.why, {
    step: def.id,
    facts: factsOf(def.scope === 'case' ? ctx.caseFacts : lead.account.facts, ['dpd', 'treatmentDay', 'overdue']),
  });
  return {
    ...keyFor(ctx, keys, def.id),
    step: def.id,
    covers: members.map((member) => member.account.id),
    anchor: dateOf(lead.timing.anchor),
    policyVersion: lead.account.compiled?.policy.version ?? 0,
    expects: { caseSeq: ctx.s.caseSeq },
    notBefore: instantOf(notBefore),
    notAfter: instantOf(endAt ?? notBefore + OPEN_VALIDITY_DAYS * DAY_MS),
    why,
  };
}

/** The window of the first account to run out; a late step has only its last permitted day. */
function earliestEnd(ctx: PlanContext, members: Candidate[]): number | null {
  let end: number | null = null;
  for (const { step, timing } of members) {
    for (const one of [timing.endAt, hardEnd(ctx, step, timing)]) {
      if (one !== null && one > ctx.now && (end === null || one < end)) end = one;
    }
  }
  return end;
}

const zoneOf = (recipient: Recipient): string =>
  typeof recipient.person.zone === 'string' ? recipient.person.zone : (recipient.person.zone[0] ?? 'UTC');

function contact(ctx: PlanContext, group: Group, members: Candidate[], recipient: Recipient, keys: Keys): Effect {
  const { def } = group.step;
  const made = base(ctx, group, members, keys, zoneOf(recipient));
  const { personId } = recipient.person;
  switch (def.kind) {
    case 'visit':
      return {
        ...made,
        do: 'open-visit',
        personId,
        pointId: recipient.points[0]?.id ?? '',
        minPersons: def.visit?.minPersons ?? 2,
        planApprovedBy: def.visit?.planApprovedBy ?? 'supervisor',
        reviewBy: 'supervisor',
      };
    case 'trace':
      return { ...made, do: 'trace', personId, tiers: TRACE_TIERS };
    case 'sms':
    case 'email':
    case 'push':
    case 'voiceBot':
    case 'letter':
      return {
        ...made,
        do: 'send',
        channel: def.kind,
        personId,
        points: recipient.points.map((point) => point.id),
        purpose: purposeOf(group.step),
        template: def.template?.id ?? ('' as never),
        ...(def.kind === 'letter' ? posting(def.template) : {}),
        spread: def.kind !== 'letter',
      };
    default:
      throw new Error(`a step of kind ${def.kind} is no contact with one person`);
  }
}

function posting(template: StepTemplate | undefined): Pick<SendEffect, 'delivery' | 'deemedAfterDays' | 'termDays'> {
  const { delivery, term } = template ?? {};
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(term === undefined ? {} : { deemedAfterDays: term.deemedAfterDays }),
    ...(term?.dayKind === 'calendar' ? { termDays: term.days } : {}),
  };
}

function callTask(ctx: PlanContext, group: Group, go: Go, keys: Keys): Effect {
  const { def } = group.step;
  const made = base(ctx, group, go.members, keys, go.recipients[0] === undefined ? null : zoneOf(go.recipients[0]));
  const windows = [...(def.windows ?? [])].sort((a, b) => a.rank - b.rank).map(({ from, to }) => ({ from, to }));
  return {
    ...made,
    do: 'open-call-task',
    personIds: go.recipients.map((recipient) => recipient.person.personId),
    purpose: purposeOf(group.step),
    budget: { perDay: def.repeat?.perDay ?? 1, max: def.repeat?.max ?? 1, until: def.repeat?.until ?? [] },
    windows,
    ends: made.notAfter,
  };
}

/** Work that reaches no debtor: for people inside, the bank or legal. */
function deskWork(ctx: PlanContext, group: Group, go: Go, keys: Keys): Effect {
  const { def } = group.step;
  const made = base(ctx, group, go.members, keys, null);
  const accounts = go.members.map((member) => member.account);
  switch (def.kind) {
    case 'agency':
      return {
        ...made,
        do: 'place',
        panel: def.agency?.panel ?? '',
        ends: dateOf(ctx.today + (def.agency?.maxDays ?? 0)),
      };
    case 'assess-capacity':
      return { ...made, do: 'assess-capacity', by: def.review?.by ?? 'collector' };
    case 'offer':
      return { ...made, do: 'offer', offers: offersFor(group, accounts), expires: made.notAfter };
    case 'hand-off':
      return {
        ...made,
        do: 'hand-off',
        dossier: dossierOf(group, accounts),
        approvalId: go.approved?.approvalId ?? '',
      };
    case 'request-write-off':
      return { ...made, do: 'instruct-bank', type: 'write-off', ...instruction(go, accounts) };
    case 'instruct-bank':
      return { ...made, do: 'instruct-bank', type: def.instruct ?? 'take-back', ...instruction(go, accounts) };
    default:
      return openReview(ctx, group, made);
  }
}

function instruction(go: Go, accounts: AccountView[]): { terms: Record<string, string>; approvalId?: string } {
  const amount = amountOf(accounts);
  const terms = { amount: amount.minor, currency: amount.currency };
  return go.approved === null ? { terms } : { terms, approvalId: go.approved.approvalId };
}

function openReview(ctx: PlanContext, group: Group, made: EffectBase): Effect {
  const { review } = group.step.def;
  const deadline = review === undefined ? ctx.now : ctx.cal.addStaff(ctx.now, review.within);
  return {
    ...made,
    do: 'open-review',
    by: review?.by ?? 'supervisor',
    outcomes: review?.outcomes ?? [],
    deadline: instantOf(deadline),
    onTimeout: review?.onTimeout ?? '',
  };
}

/** A person is asked before the step leaves; silence is a no. */
function confirmation(ctx: PlanContext, group: Group, go: Go, keys: Keys): Effect {
  const made = base(ctx, group, go.members, keys, null);
  const by = group.step.def.humanConfirm ?? 'supervisor';
  const deadline = instantOf(ctx.cal.addStaff(ctx.now, { n: 1, unit: 'businessDays' }));
  return { ...made, do: 'open-review', by, outcomes: ['approved', 'rejected'], deadline, onTimeout: 'rejected' };
}

function approvalRequest(ctx: PlanContext, group: Group, go: Go, keys: Keys): Effect {
  const { def } = group.step;
  const accounts = go.members.map((member) => member.account);
  return {
    ...base(ctx, group, go.members, keys, null),
    do: 'request-approval',
    matrix: def.approval?.matrix ?? '',
    what: def.instruct ?? def.kind,
    amount: amountOf(accounts),
    factsHash: factsHash(ctx, group.step, accounts),
  };
}

/** Offers of the step's catalogue whose condition the lead account meets, at most as many as may be shown. */
function offersFor(group: Group, accounts: AccountView[]): string[] {
  const lead = accounts[0];
  const spec = group.step.def.offer;
  if (lead === undefined || spec === undefined) return [];
  return (lead.compiled?.offers ?? [])
    .filter(({ offer, when }) => offer.catalog === spec.catalog && when.holds(lead.facts) === 'yes')
    .slice(0, spec.showMax)
    .map(({ offer }) => `${offer.catalog}/${offer.kind}`);
}

/** Proof kinds that the gates in front of a hand-off ask for. */
function dossierOf(group: Group, accounts: AccountView[]): Extract<Effect, { do: 'hand-off' }>['dossier'] {
  const kinds = new Set<Extract<Effect, { do: 'hand-off' }>['dossier'][number]>(['contract']);
  for (const { gate } of accounts[0]?.compiled?.gates ?? []) {
    if (!gate.guards.includes(group.step.def.kind)) continue;
    for (const leaf of leaves(gate.require)) if ('proof' in leaf) kinds.add(leaf.proof);
  }
  return [...kinds].sort();
}
