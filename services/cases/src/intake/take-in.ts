import { createHash } from 'node:crypto';
import { canonical } from '../canonical.js';
import type { LoanOverdue, LoanRecalled, LoanUpdated, RepaymentReceived, RepaymentReversed } from '@arrears/contracts';
import { debtorIdOf, personsInLoan } from '@arrears/contracts';
import { Parked } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { episodeStep, judgeStatement, positionOf, standingOn, type EpisodeState } from '../accounts/account.js';
import { loanStore, type AccountAttributes, type AccountRow, type LoanRow } from '../accounts/account.store.js';
import { paymentOf, reversalOf, statementOf, type LoanFact, type Parts } from '../accounts/loan-facts.js';
import { priorActionsOf, priorHistoryOf } from '../accounts/prior-actions.js';
import type { Agreement } from '../agreements/agreement.js';
import {
  continueEpisode,
  openOrJoin,
  recallAccount,
  updateAccount,
  type Because,
  type Opening,
} from '../cases/case.service.js';
import { caseStore, type CasePerson } from '../cases/case.store.js';
import type { Ledger } from '../ledger.js';
import { checkAgreement, checkOverdue, checkRepayment, type Rejection } from './checks.js';

/** One message of the bank being taken in, under the lock of its loan. */
interface Intake {
  tx: Tx;
  ledger: Ledger;
  agreement: Agreement;
  loanId: string;
  businessDate: string;
  at: string;
  /** The door it came through: `bank` or who sent the file. */
  actor: string;
  loan: LoanRow;
  facts: LoanFact[];
  account: AccountRow | null;
}

function park(rejection: Rejection | null): void {
  if (rejection !== null) throw new Parked(rejection.reason, `${rejection.message} ${rejection.fix}`);
}

async function begin(
  tx: Tx,
  ledger: Ledger,
  message: { agreementId: string; loanId: string },
  actor: string,
  check: (agreement: Agreement, businessDate: string) => Rejection | null,
): Promise<Intake> {
  const { agreementId, loanId } = message;
  const agreement = await ledger.agreement(tx, agreementId);
  const today = new Date(ledger.clock.now()).toISOString().slice(0, 10);
  if (agreement === null) {
    park(checkAgreement(null, agreementId, today));
    throw new Error('unreachable');
  }
  const businessDate = ledger.calendarOf(agreement).businessDate(ledger.clock.now());
  park(checkAgreement(agreement, agreementId, businessDate) ?? check(agreement, businessDate));
  const loan = await loanStore.lock(tx, agreementId, loanId);
  let { facts, account } = await loanStore.read(tx, agreementId, loanId);
  if (account !== null) {
    // A decision closes accounts under the lock of their case: what is judged here must be read behind it.
    await caseStore.lock(tx, account.case_id);
    ({ facts, account } = await loanStore.read(tx, agreementId, loanId));
  }
  const at = ledger.clock.nowIso();
  return { tx, ledger, agreement, loanId, businessDate, at, actor, loan, facts, account };
}

export async function takeOverdue(tx: Tx, ledger: Ledger, message: LoanOverdue, actor: string): Promise<void> {
  const intake = await begin(tx, ledger, message, actor, (agreement, date) => checkOverdue(message, agreement, date));
  await keepPriorActions(intake, message);
  const fact = statementOf(message, message.balances, message.dueDate, intake.at);
  if (!(await keepStatement(intake, fact, { sequence: message.sequence, asOf: message.asOf }, message))) return;
  await settle(intake, { because: 'bank-update', overdue: message, attributes: attributesOf(message) });
}

/** Kept whatever becomes of the balances beside it, and once, however often the bank sends it with them. */
async function keepPriorActions(intake: Intake, message: LoanOverdue): Promise<void> {
  const fact = priorActionsOf(message, intake.actor, intake.at);
  if (fact === null || intake.facts.some((one) => one.kind === fact.kind && one.id === fact.id)) return;
  await loanStore.keep(intake.tx, message, fact);
  intake.facts.push(fact);
}

export async function takeUpdate(tx: Tx, ledger: Ledger, message: LoanUpdated, actor: string): Promise<void> {
  const intake = await begin(tx, ledger, message, actor, () => null);
  const balances = message.balances ?? presentBalances(intake);
  if (balances === null) return;
  const due = intake.account?.due_date ?? message.asOf;
  const fact = statementOf(present(message), balances, due, intake.at);
  if (!(await keepStatement(intake, fact, message, message))) return;
  await settle(intake, { because: 'bank-update', overdue: null, attributes: attributesOf(message) });
}

/** An update without balances leaves them as they are; one for a loan we know nothing of changes nothing. */
function presentBalances(intake: Intake): Parts | null {
  const position = positionOf(intake.facts, termsOf(intake, intake.account?.product ?? ''));
  if (position === null) return null;
  const { principal, interest, fees } = position;
  return { principal: principal.toString(), interest: interest.toString(), fees: fees.toString() };
}

function present(message: LoanUpdated) {
  const { sequence, asOf, instalments, minimumDue, earliestUnpaidDue } = message;
  return {
    sequence,
    asOf,
    ...(instalments === undefined ? {} : { instalments }),
    ...(minimumDue === undefined ? {} : { minimumDue }),
    ...(earliestUnpaidDue === undefined ? {} : { earliestUnpaidDue }),
  };
}

/** @returns false when it changes nothing: a duplicate, or history */
async function keepStatement(
  intake: Intake,
  fact: LoanFact,
  of: { sequence: number; asOf: string },
  message: LoanOverdue | LoanUpdated,
): Promise<boolean> {
  const { tx, agreement, loanId, loan } = intake;
  const contentHash = createHash('sha256').update(canonical(message)).digest('hex').slice(0, 32);
  const newest =
    loan.sequence === null
      ? null
      : { sequence: loan.sequence, asOf: loan.as_of ?? '', contentHash: loan.content_hash?.toString('hex') ?? '' };
  const verdict = judgeStatement(newest, { ...of, contentHash });
  if (verdict === 'duplicate') return false;
  fact.applied = verdict === 'apply';
  // The later of two with one number replaces the other.
  if (fact.applied)
    for (const old of intake.facts) if (old.kind === 'statement' && old.id === fact.id) old.applied = false;
  await loanStore.keep(tx, { agreementId: agreement.agreementId, loanId }, fact, { asOf: of.asOf, contentHash });
  intake.facts.push(fact);
  return fact.applied;
}

export async function takeRepayment(tx: Tx, ledger: Ledger, message: RepaymentReceived, actor: string): Promise<void> {
  const intake = await begin(tx, ledger, message, actor, (agreement, date) => checkRepayment(message, agreement, date));
  const fact = paymentOf(message, intake.at);
  const known = intake.facts.filter((one) => one.kind === 'payment' && one.id === fact.id).at(-1);
  if (known !== undefined) {
    if (sameFact(known, fact)) return;
    const corrects = known.sequence !== null && fact.sequence !== null && fact.sequence > known.sequence;
    const becameFinal = sameFact({ ...known, data: { ...known.data, final: true } } as LoanFact, fact);
    if (!corrects && !becameFinal) park(repaymentChanged(message.repaymentId));
  }
  await loanStore.keep(tx, message, fact);
  intake.facts.push(fact);
  await settle(intake, { because: known === undefined ? 'repayment' : 'correction', overdue: null, attributes: null });
}

const repaymentChanged = (repaymentId: string): Rejection => ({
  reason: 'repayment-changed',
  field: 'repaymentId',
  message: `Repayment "${repaymentId}" was received before with another amount or date.`,
  fix: 'Send a correction with a higher sequence, or reverse it and send a new repaymentId.',
});

const sameFact = (a: LoanFact, b: LoanFact): boolean =>
  canonical([a.valueDate, a.sequence, a.data]) === canonical([b.valueDate, b.sequence, b.data]);

export async function takeReversal(tx: Tx, ledger: Ledger, message: RepaymentReversed, actor: string): Promise<void> {
  const intake = await begin(tx, ledger, message, actor, () => null);
  const fact = reversalOf(message, intake.at);
  if (intake.facts.some((one) => one.kind === 'reversal' && one.id === fact.id)) return;
  await loanStore.keep(tx, message, fact);
  intake.facts.push(fact);
  await settle(intake, { because: 'reversal', overdue: null, attributes: null });
}

export async function takeRecall(tx: Tx, ledger: Ledger, message: LoanRecalled, actor: string): Promise<void> {
  const intake = await begin(tx, ledger, message, actor, () => null);
  const { reason, sequence, recalledAt } = message;
  const id = String(sequence);
  if (intake.facts.some((one) => one.kind === 'recall' && one.id === id)) return;
  const valueDate = recalledAt.slice(0, 10);
  const applied = intake.loan.sequence === null || sequence >= intake.loan.sequence;
  const fact: LoanFact = { kind: 'recall', id, sequence, valueDate, knownAt: intake.at, applied, data: { reason } };
  // What the bank had said before it took the loan back must not open it again.
  await loanStore.keep(tx, message, fact, { asOf: valueDate, contentHash: '' });
  const { account, agreement } = intake;
  if (!applied || account === null || account.status === 'closed') return;
  await recallAccount(tx, ledger, { agreement, account, actor });
}

/** From all facts of the loan to what becomes of its account. */
async function settle(
  intake: Intake,
  of: { because: Because; overdue: LoanOverdue | null; attributes: AccountAttributes | null },
): Promise<void> {
  const { tx, ledger, agreement, account, businessDate, actor } = intake;
  const product = of.overdue?.product ?? account?.product;
  if (product === undefined) return;
  const position = positionOf(intake.facts, termsOf(intake, product));
  if (position === null) return;
  await loanStore.keepAllocations(
    tx,
    { agreementId: agreement.agreementId, loanId: intake.loanId },
    position,
    intake.at,
  );
  const handedOver =
    account !== null && account.status !== 'closed' ? account.due_date : (of.overdue?.dueDate ?? account?.due_date);
  const standing = standingOn(position.unpaid, businessDate, handedOver ?? businessDate);
  const newest = account === null ? null : episodeOf(account, ledger, agreement);
  const unCureWithinDays =
    account === null
      ? 0
      : ledger.policies.unCureWithinDays({ policyId: account.policy_id, version: account.policy_version });
  const mayOpen = of.overdue !== null || of.because === 'reversal';
  const step = episodeStep(newest, standing, { mayOpen, businessDate, unCureWithinDays });
  if (step.do === 'nothing') return;
  if (step.do === 'open') {
    const opening = of.overdue === null ? await openingFromOld(intake, account) : openingOf(intake, of.overdue);
    return openOrJoin(tx, ledger, { ...opening, episode: step.episode, position, standing });
  }
  if (account === null) return;
  if (step.do === 'continue') return continueEpisode(tx, ledger, { agreement, account, position, standing, actor });
  const { because, attributes } = of;
  await updateAccount(tx, ledger, { agreement, account, position, standing, because, attributes, actor });
}

const termsOf = (intake: Intake, product: string) => ({
  currency: intake.agreement.currency,
  product,
  endOfDay: (date: string) => intake.ledger.calendarOf(intake.agreement).endOfDay(date),
});

function episodeOf(account: AccountRow, ledger: Ledger, agreement: Agreement): EpisodeState {
  const { episode, status, close_reason: closeReason, last_due: lastDue, left_at: leftAt } = account;
  const leftOn = leftAt === null ? null : ledger.calendarOf(agreement).businessDate(leftAt.getTime());
  return { episode, status, closeReason, lastDue, leftOn };
}

type WithoutStanding = Omit<Opening, 'episode' | 'position' | 'standing'>;

function openingOf(intake: Intake, loan: LoanOverdue): WithoutStanding {
  const { agreement, loanId, actor, ledger } = intake;
  const timeZone = loan.debtor.timeZone ?? agreement.timeZone;
  const language = loan.debtor.language ?? 'zh-CN';
  const persons: CasePerson[] = personsInLoan(ledger.idKey, loan).map(({ personId, role, points }) => ({
    personId,
    role,
    timeZone,
    language,
    points: points.map(({ contactPointId, kind, reserved, plausible }) => ({
      id: contactPointId,
      kind,
      reserved,
      valid: plausible ? 'unknown' : 'no',
      optedOut: [],
      version: 0,
    })),
  }));
  const { customerNo, product, currency, dueDate } = loan;
  const debtorId = debtorIdOf(ledger.idKey, loan);
  const prior = priorActionsOf(loan, actor, intake.at);
  const attributes: AccountAttributes = {
    ...attributesOf(loan),
    customerNo,
    ...(prior === null ? {} : { prior: priorHistoryOf(prior) }),
  };
  return {
    agreement,
    loanId,
    debtorId,
    customerNo,
    timeZone,
    language,
    product,
    currency,
    dueDate,
    attributes,
    persons,
    actor,
  };
}

/** A reversal so late that it no longer continues the episode opens the next one from what the old one knew. */
async function openingFromOld(intake: Intake, account: AccountRow | null): Promise<WithoutStanding> {
  if (account === null) throw new Error('a reversal can only open a loan that had an account');
  const old = await caseStore.lock(intake.tx, account.case_id);
  if (old === null) throw new Error('the case of an account is gone');
  const { agreement, loanId, actor } = intake;
  const { product, currency, attributes, due_date: dueDate } = account;
  const { debtor_id: debtorId, customer_no: customerNo, time_zone: timeZone, language } = old;
  const personsOf = { caseId: old.case_id, accountId: account.account_id };
  return {
    agreement,
    loanId,
    debtorId,
    customerNo,
    timeZone,
    language,
    product,
    currency,
    dueDate,
    attributes,
    persons: [],
    actor,
    personsOf,
  };
}

function attributesOf(
  message: Partial<
    Pick<LoanOverdue, 'branch' | 'segment' | 'score' | 'collateral' | 'guaranteeKind' | 'guaranteeEnds'>
  >,
): AccountAttributes {
  const { branch, segment, score, collateral, guaranteeKind, guaranteeEnds } = message;
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(segment === undefined ? {} : { segment }),
    ...(score === undefined ? {} : { score }),
    ...(collateral === undefined ? {} : { secured: collateral.kind !== 'none' }),
    ...(guaranteeKind === undefined || guaranteeEnds === undefined
      ? {}
      : { guarantee: { kind: guaranteeKind, expires: guaranteeEnds } }),
  };
}
