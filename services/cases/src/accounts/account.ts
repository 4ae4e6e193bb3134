import {
  classify,
  daysPastDue,
  replay,
  totalOf,
  type Ledger,
  type LocalDate,
  type PaymentAllocation,
  type RiskClass,
} from '@arrears/money';
import { ledgerFacts, type LoanFact } from './loan-facts.js';

/** What is owed on one loan now, from everything known about it. Minor units. */
export interface Position {
  principal: bigint;
  interest: bigint;
  fees: bigint;
  /** Money of the debtor that nothing open could take: kept, shown, never lost. */
  credit: bigint;
  /** Oldest due first, those still to come included. */
  unpaid: Due[];
  payments: readonly PaymentAllocation[];
  lastPayment: LastPayment | null;
}
export interface Due {
  due: LocalDate;
  amount: bigint;
}
export interface LastPayment {
  valueDate: LocalDate;
  receivedAt: string;
  amount: string;
  final: boolean;
}

export interface LoanTerms {
  currency: string;
  product: string;
  /** Last instant of a date in the agreement's zone, as ISO text. */
  endOfDay: (date: LocalDate) => string;
}

const always = '9999-12-31';

/** @returns null while no statement of the bank has said what is owed */
export function positionOf(facts: readonly LoanFact[], terms: LoanTerms): Position | null {
  const used = facts.filter((fact) => fact.applied);
  if (!used.some((fact) => fact.kind === 'statement')) return null;
  const { currency, product, endOfDay } = terms;
  const known = ledgerFacts(used, currency, endOfDay);
  const ledger = replay(known, { currency, product, asOf: always, knownAt: `${always}T23:59:59.999Z` });
  const { principal, interest, fees, costs } = ledger.balances;
  return {
    principal,
    interest,
    fees: fees + costs,
    credit: ledger.credit,
    unpaid: unpaidOf(ledger),
    payments: ledger.payments,
    lastPayment: lastPaymentOf(used),
  };
}

function unpaidOf(ledger: Ledger): Due[] {
  const byDate = new Map<LocalDate, bigint>();
  for (const { due, open } of ledger.claims) if (due !== null) byDate.set(due, (byDate.get(due) ?? 0n) + totalOf(open));
  if (byDate.size > 0)
    return [...byDate].map(([due, amount]) => ({ due, amount })).sort((a, b) => (a.due < b.due ? -1 : 1));
  // A bank that names a date but no instalment claims everything it states as of that date.
  const total = totalOf(ledger.balances);
  return ledger.earliestUnpaidDue !== null && total > 0n ? [{ due: ledger.earliestUnpaidDue, amount: total }] : [];
}

function lastPaymentOf(facts: readonly LoanFact[]): LastPayment | null {
  const reversed = new Set(facts.flatMap((fact) => (fact.kind === 'reversal' ? [fact.data.reverses] : [])));
  let last: LastPayment | null = null;
  for (const fact of facts) {
    if (fact.kind !== 'payment' || reversed.has(fact.id)) continue;
    const { receivedAt, amount, final } = fact.data;
    if (last === null || receivedAt >= last.receivedAt) last = { valueDate: fact.valueDate, receivedAt, amount, final };
  }
  return last;
}

/** What the date makes of a position. Computed on read: nothing is written when a day passes. */
export interface Standing {
  earliestUnpaidDue: LocalDate | null;
  latestUnpaidDue: LocalDate | null;
  nextDue: LocalDate | null;
  overdue: bigint;
  daysPastDue: number;
  missed: number;
  class: RiskClass;
}

/**
 * @param handedOverDue the due date with which the bank handed the account over: overdue by its word, even on the day itself
 */
export function standingOn(unpaid: readonly Due[], businessDate: LocalDate, handedOverDue: LocalDate): Standing {
  const isOverdue = (one: Due) => one.due < businessDate || one.due <= handedOverDue;
  const overdue = unpaid.filter(isOverdue);
  const earliestUnpaidDue = overdue[0]?.due ?? null;
  const dpd = daysPastDue(businessDate, earliestUnpaidDue);
  return {
    earliestUnpaidDue,
    latestUnpaidDue: overdue.at(-1)?.due ?? null,
    nextDue: unpaid.find((one) => !isOverdue(one))?.due ?? null,
    overdue: overdue.reduce((sum, one) => sum + one.amount, 0n),
    daysPastDue: dpd,
    missed: overdue.length,
    class: classify(dpd),
  };
}

/** What a loan's newest facts ask of its episode. */
export type EpisodeStep = { do: 'nothing' } | { do: 'open'; episode: number } | { do: 'update' } | { do: 'continue' };

export interface EpisodeState {
  episode: number;
  status: string;
  closeReason: string | null;
  /** Last due date that was overdue in this episode. */
  lastDue: LocalDate;
  leftOn: LocalDate | null;
}

/**
 * Opens, updates or continues an episode. While an account is open everything updates it. After it left, an old due date
 * continues it, if it was cured no more than `unCureWithinDays` ago; a later one opens the next. Only a `loan-overdue` or
 * a reversal (`mayOpen`) brings an account to life.
 */
export function episodeStep(
  newest: EpisodeState | null,
  standing: Standing,
  of: { mayOpen: boolean; businessDate: LocalDate; unCureWithinDays: number },
): EpisodeStep {
  if (newest !== null && newest.status !== 'closed') return { do: 'update' };
  if (!of.mayOpen || standing.earliestUnpaidDue === null || standing.overdue === 0n) return { do: 'nothing' };
  if (newest === null) return { do: 'open', episode: 1 };
  const old = standing.earliestUnpaidDue <= newest.lastDue;
  const recent = newest.leftOn !== null && daysPastDue(of.businessDate, newest.leftOn) <= of.unCureWithinDays;
  if (old && recent && newest.closeReason === 'cured') return { do: 'continue' };
  return { do: 'open', episode: newest.episode + 1 };
}

export type StatementVerdict = 'apply' | 'duplicate' | 'history';

/** A lower number is history; on an equal one the same content is a duplicate, else the later `asOf` wins. */
export function judgeStatement(
  newest: { sequence: number; asOf: LocalDate; contentHash: string } | null,
  message: { sequence: number; asOf: LocalDate; contentHash: string },
): StatementVerdict {
  if (newest === null || message.sequence > newest.sequence) return 'apply';
  if (message.sequence < newest.sequence) return 'history';
  if (message.contentHash === newest.contentHash) return 'duplicate';
  return message.asOf > newest.asOf ? 'apply' : 'history';
}

/** `cured`: nothing overdue, but the account has not left yet (finality); everything else keeps what it has. */
export function statusAfter(status: string, overdue: bigint): string {
  if (status === 'open' && overdue === 0n) return 'cured';
  if (status === 'cured' && overdue > 0n) return 'open';
  return status;
}
