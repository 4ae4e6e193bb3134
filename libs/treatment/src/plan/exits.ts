import type { CompiledPolicy } from '../compile.js';
import type { Span, TemplateId, AccountId, StepId } from '../shapes/base.js';
import type { Attention, Effect, SendEffect } from '../shapes/decision.js';
import type { Exit } from '../shapes/policy.js';
import type { Window } from '../shapes/step.js';
import type { AccountView, PlanContext } from './context.js';
import { DAY_MS, dateOf, dayOf, endOfTerm, instantOf, msOf, wake } from './dates.js';
import { type Keys, keyFor } from './effects.js';
import { contactBars } from './holds.js';
import { neverLeft, recordsOf } from './history.js';
import { factsOf, reason } from './reasons.js';
import { preferredStart } from './windows.js';

export interface ExitView {
  leaving: { account: AccountView; exit: Exit }[];
  attention: Attention[];
}

/** Accounts that leave now: their exit's condition holds and the money behind it is final. */
export function readExits(ctx: PlanContext): ExitView {
  const view: ExitView = { leaving: [], attention: [] };
  for (const account of ctx.accounts) {
    const exit = exitOf(ctx, account, view.attention);
    if (exit !== null) view.leaving.push({ account, exit });
  }
  return view;
}

function exitOf(ctx: PlanContext, account: AccountView, attention: Attention[]): Exit | null {
  for (const { exit, when } of account.compiled?.exits ?? []) {
    const facts = exit.scope === 'case' ? ctx.caseFacts : account.facts;
    const verdict = when.holds(facts);
    if (verdict === 'review') attention.push(note('exit-unknown', account));
    if (verdict !== 'yes') {
      const turns = when.turns(facts);
      if (turns !== null) wake(ctx.wakes, ctx.cal.startOf(dateOf(ctx.today + turns)));
      continue;
    }
    if (exit.close === 'cured' && account.overdue > 0n) {
      attention.push(note('exit-with-debt', account));
      continue;
    }
    const final = finalAt(ctx, account, exit.finality);
    if (final <= ctx.now) return exit;
    wake(ctx.wakes, final);
  }
  residual(account, attention);
  return null;
}

/**
 * When the money that brought the account here can't be called back any more: said by the bank, or by the longer of what the
 * policy and the agreement want waited for. A policy that waits for nothing at an exit does not look at money there.
 */
function finalAt(ctx: PlanContext, account: AccountView, finality: Span): number {
  const payment = account.a.lastPayment;
  if (payment === undefined || payment.final) return -Infinity;
  const received =
    payment.receivedAt === undefined ? payment.valueDate : ctx.cal.businessDate(msOf(payment.receivedAt));
  const from = received > payment.valueDate ? received : payment.valueDate;
  if (finality.n === 0) return -Infinity;
  const agreed: Span = { n: ctx.s.finalityBusinessDays ?? 0, unit: 'businessDays' };
  return Math.max(...[finality, agreed].map((span) => endOfTerm(ctx.cal, from, span)));
}

/** What is left after the principal was paid is claimed on, or its waiver is asked for; it never disappears by itself. */
function residual(account: AccountView, attention: Attention[]): void {
  if (account.overdue === 0n) return;
  for (const { exit } of account.compiled?.exits ?? []) {
    const rule = exit.residual;
    if (
      rule === undefined ||
      rule.below.currency !== account.a.overdue.currency ||
      account.overdue >= BigInt(rule.below.minor)
    )
      continue;
    attention.push(note(rule.then === 'ask-waiver' ? 'residual-ask-waiver' : 'residual-kept', account));
    return;
  }
}

function note(code: string, account: AccountView): Attention {
  return {
    code,
    owner: 'supervisor',
    why: reason(code, { facts: factsOf(account.facts, ['overdue', 'outstanding']) }),
  };
}

/** One thank-you for all accounts that leave together, at most once an account; and the correction when money went back. */
export function closingMessages(ctx: PlanContext, exits: ExitView, keys: Keys): Effect[] {
  const thanks = new Map<TemplateId, AccountView[]>();
  for (const { account, exit } of exits.leaving) {
    if (exit.thank === undefined || wasTold(ctx, exit.thank, account.id)) continue;
    thanks.set(exit.thank, [...(thanks.get(exit.thank) ?? []), account]);
  }
  const made = [...thanks].flatMap(([template, accounts]) => message(ctx, template, accounts, 'account-cured', keys));
  return [...made, ...corrections(ctx, keys)];
}

function corrections(ctx: PlanContext, keys: Keys): Effect[] {
  const wrong = new Map<TemplateId, AccountView[]>();
  for (const account of ctx.accounts) {
    const template = account.compiled?.policy.reopen.correction;
    if (template === undefined || account.overdue === 0n || wasTold(ctx, template, account.id)) continue;
    if (!thanked(ctx, account.compiled, account.id)) continue;
    wrong.set(template, [...(wrong.get(template) ?? []), account]);
  }
  return [...wrong].flatMap(([template, accounts]) => message(ctx, template, accounts, 'payment-reversed', keys));
}

/** Open or done, or gone astray: whatever may have reached the debtor counts as told. */
const wasTold = (ctx: PlanContext, template: TemplateId, account: AccountId): boolean =>
  recordsOf(ctx.history, template as string as StepId).some((past) => past.covers.has(account) && !neverLeft(past));

const thanked = (ctx: PlanContext, compiled: CompiledPolicy | null, account: AccountId): boolean =>
  (compiled?.exits ?? []).some(({ exit }) => exit.thank !== undefined && wasTold(ctx, exit.thank, account));

/** To the debtor alone, by SMS, for confirmation only: it is no collecting contact, and free of its counters and holds. */
function message(
  ctx: PlanContext,
  template: TemplateId,
  accounts: AccountView[],
  why: string,
  keys: Keys,
): SendEffect[] {
  const person = ctx.s.persons.find(
    (one) =>
      one.role === 'debtor' &&
      one.status !== 'dead' &&
      one.status !== 'claimed-dead' &&
      !one.neverContact &&
      accounts.some((account) => one.accounts.includes(account.id)),
  );
  const lead = accounts[0];
  if (person === undefined || lead === undefined) return [];
  const points = person.points.filter(
    (point) => point.channel === 'sms' && point.valid !== 'no' && !point.optedOut.includes('confirm-payment'),
  );
  const covers = accounts.filter(
    (account) => contactBars(ctx.holds, ctx.now, account.id, person.personId, 'confirm-payment').length === 0,
  );
  if (points.length === 0 || covers.length === 0) return [];
  const step = template as string as StepId;
  const zone = typeof person.zone === 'string' ? person.zone : (person.zone[0] ?? null);
  const notBefore = preferredStart(ctx, smsWindows(lead), ctx.now, null, zone);
  return [
    {
      ...keyFor(ctx, keys, step),
      step,
      covers: covers.map((account) => account.id),
      anchor: dateOf(lead.due ?? dayOf(ctx.todayDate)),
      policyVersion: lead.compiled?.policy.version ?? 0,
      expects: { caseSeq: ctx.s.caseSeq },
      notBefore: instantOf(notBefore),
      notAfter: instantOf(notBefore + MESSAGE_VALIDITY_DAYS * DAY_MS),
      why: reason(why, { step }),
      do: 'send',
      channel: 'sms',
      personId: person.personId,
      points: points.map((point) => point.id),
      purpose: 'confirm-payment',
      template,
      spread: true,
    },
  ];
}
const MESSAGE_VALIDITY_DAYS = 2;
/** The hours at which the policy aims its other messages. */
const smsWindows = (account: AccountView): Window[] | undefined =>
  account.compiled?.policy.steps.find((step) => step.kind === 'sms' && step.windows !== undefined)?.windows;
