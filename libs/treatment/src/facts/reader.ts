import type { ProofKind, StepId, StepOutcome } from '../shapes/base.js';
import type { Fact } from '../shapes/cond.js';
import { dayOf, msOf } from '../plan/dates.js';
import { neverLeft, type PastStep, recordsOf } from '../plan/history.js';
import { isActive } from '../plan/holds.js';
import type { AccountView, PlanContext } from '../plan/context.js';
import type { FactReader, FactValue } from './conditions.js';

/** Facts of one account. */
export function accountFacts(ctx: PlanContext, account: AccountView): FactReader {
  return {
    today: ctx.today,
    fact: (name) => accountFact(ctx, account, name),
    didOn: (step, outcomes) => didOn(ctx, step, outcomes, (past) => past.covers.has(account.id)),
    proofsOn: (kind) => proofsOn(ctx, kind, (covers) => covers.includes(account.id)),
  };
}

/** Facts of the case: days of the worst account, money summed, the rest from the lead account. */
export function caseFacts(ctx: PlanContext): FactReader {
  return {
    today: ctx.today,
    fact: (name) => caseFact(ctx, name),
    didOn: (step, outcomes) => didOn(ctx, step, outcomes, () => true),
    proofsOn: (kind) => proofsOn(ctx, kind, () => true),
  };
}

function caseFact(ctx: PlanContext, name: Fact): FactValue {
  if (name === 'dpd' || name === 'treatmentDay')
    return worst(ctx.accounts.filter((a) => a.treatable).map((a) => a[name]));
  if (name === 'principal' || name === 'overdue' || name === 'outstanding') {
    return sum(
      ctx,
      ctx.accounts.filter((a) => a.treatable),
      name,
    );
  }
  return ctx.lead === undefined ? undefined : accountFact(ctx, ctx.lead, name);
}

function worst(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Amounts of different currencies do not add: then the sum is not known. */
function sum(ctx: PlanContext, accounts: AccountView[], name: 'principal' | 'overdue' | 'outstanding'): FactValue {
  const currency = (accounts[0] ?? ctx.lead)?.a.overdue.currency;
  if (currency === undefined || accounts.some((one) => one.a.overdue.currency !== currency)) return undefined;
  return { minor: accounts.reduce((total, one) => total + amount(one, name), 0n), currency };
}

function amount(account: AccountView, name: 'principal' | 'overdue' | 'outstanding'): bigint {
  if (name === 'overdue') return account.overdue;
  return name === 'outstanding' ? account.outstanding : BigInt(account.a.principal.minor);
}

function accountFact(ctx: PlanContext, account: AccountView, name: Fact): FactValue {
  const { a } = account;
  switch (name) {
    case 'dpd':
    case 'treatmentDay':
      return account[name];
    case 'principal':
    case 'overdue':
    case 'outstanding':
      return { minor: amount(account, name), currency: a.overdue.currency };
    case 'exposure':
      return sum(ctx, ctx.accounts, 'outstanding');
    case 'missedMinimums':
    case 'product':
    case 'class':
    case 'secured':
      return a[name];
    case 'guaranteed':
      return a.guarantee.length > 0;
    case 'writtenOff':
      return a.status === 'written-off';
    case 'accountStatus':
      return a.status;
    case 'limitationDaysLeft':
      return a.limitation === undefined ? undefined : dayOf(a.limitation.expires) - ctx.today;
    case 'guaranteeDaysLeft':
      return a.guarantee.length === 0 ? undefined : Math.min(...a.guarantee.map((g) => dayOf(g.expires))) - ctx.today;
    case 'segment':
    case 'branch':
    case 'region':
    case 'riskFlag':
    case 'episodes12m':
      return a.attributes?.[name];
    default:
      return personOrCaseFact(ctx, account, name);
  }
}

function personOrCaseFact(ctx: PlanContext, account: AccountView, name: Fact): FactValue {
  const { s } = ctx;
  const debtor = s.persons.find((person) => person.role === 'debtor');
  switch (name) {
    case 'contactability':
      return debtor?.contactability;
    case 'daysSinceRpc':
      return (
        ctx.today - dayOf(debtor?.lastRpcAt === undefined ? s.openedOn : ctx.cal.businessDate(msOf(debtor.lastRpcAt)))
      );
    case 'brokenPromises':
      return s.promises.filter((promise) => promise.state === 'broken').length;
    case 'keyMonitored':
      return s.keyMonitored;
    case 'cycleNo':
      return s.cycle.no;
    case 'vulnerable':
      return ctx.holds.some((view) => view.hold.kind === 'vulnerable' && isActive(view, ctx.now));
    case 'planState':
      return s.plans.findLast((plan) => plan.covers.includes(account.id))?.state ?? 'none';
    case 'matterState':
      return s.matters.findLast((matter) => matter.covers.includes(account.id))?.state ?? 'none';
    case 'capacityAgeDays': {
      const at = latestAssessment(ctx, 'capacity')?.at;
      return at === undefined ? undefined : ctx.today - dayOf(ctx.cal.businessDate(msOf(at)));
    }
    case 'score':
    case 'pCure':
      return latestAssessment(ctx, name)?.[name];
    case 'willingness':
    case 'capacity':
      return latestAssessment(ctx, name)?.[name] ?? derived(account, name);
    default:
      return undefined;
  }
}

type Assessed = 'score' | 'pCure' | 'willingness' | 'capacity';
function latestAssessment(ctx: PlanContext, field: Assessed): PlanContext['s']['assessments'][number] | undefined {
  let latest: PlanContext['s']['assessments'][number] | undefined;
  for (const one of ctx.s.assessments) {
    if (one[field] !== undefined && (latest === undefined || msOf(one.at) >= msOf(latest.at))) latest = one;
  }
  return latest;
}

/** Without an assessment the policy may define willingness and capacity by other facts; a review leaves them unknown. */
function derived(account: AccountView, name: 'willingness' | 'capacity'): string | undefined {
  const verdict = account.compiled?.derived?.[name].holds(account.facts);
  return verdict === 'yes' || verdict === 'no' ? verdict : undefined;
}

function didOn(
  ctx: PlanContext,
  step: StepId,
  outcomes: readonly StepOutcome[] | undefined,
  concerns: (past: PastStep) => boolean,
): number[] {
  const days: number[] = [];
  for (const past of recordsOf(ctx.history, step)) {
    if (past.endedAt === null || past.outcome === undefined || !concerns(past)) continue;
    if (outcomes === undefined ? neverLeft(past) : !outcomes.includes(past.outcome)) continue;
    days.push(dayOf(ctx.cal.businessDate(past.endedAt)));
  }
  return days;
}

function proofsOn(ctx: PlanContext, kind: ProofKind, concerns: (covers: readonly string[]) => boolean): number[] {
  return ctx.s.proofs
    .filter((proof) => proof.kind === kind && proof.compliant && concerns(proof.covers))
    .map((proof) => dayOf(ctx.cal.businessDate(msOf(proof.at))))
    .sort((a, b) => a - b);
}
