import { newId, type CaseState } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { SelectionFacts } from '@arrears/treatment';
import type { Position, Standing } from '../accounts/account.js';
import { statusAfter } from '../accounts/account.js';
import type { AccountAttributes, AccountRow } from '../accounts/account.store.js';
import type { Agreement } from '../agreements/agreement.js';
import type { Ledger } from '../ledger.js';
import { gatheredSince } from './gather.js';
import { accountStore, caseStore, type AccountState, type CasePerson, type CaseRow } from './case.store.js';
import { recordChanges, type Change, type Wake } from './changes.js';

/** A loan that is overdue and has no open account. */
export interface Opening {
  agreement: Agreement;
  loanId: string;
  episode: number;
  debtorId: string;
  customerNo: string;
  timeZone: string;
  language: string;
  product: string;
  currency: string;
  dueDate: string;
  attributes: AccountAttributes;
  persons: CasePerson[];
  position: Position;
  standing: Standing;
  actor: string;
  /** The case that an earlier episode belongs to, whose persons come along. */
  personsOf?: { caseId: string; accountId: string };
}

/** Opens the debtor's case or joins the open one, whoever else does the same at this moment. */
export async function openOrJoin(tx: Tx, ledger: Ledger, opening: Opening): Promise<void> {
  const { agreement } = opening;
  const at = ledger.clock.nowIso();
  const { row, opened } = await caseOf(tx, opening, at);
  const policy = ledger.policies.select({
    agreementId: agreement.agreementId,
    product: opening.product,
    on: ledger.calendarOf(agreement).businessDate(ledger.clock.now()),
    facts: selectionFacts(opening),
  });
  const accountId: string = newId<'AccountId'>();
  const { loanId, episode, product, currency, dueDate, attributes } = opening;
  const joinedAt = gatheredSince(ledger.clock, ledger.policies.gatherOf(policy));
  const { case_id: caseId } = row;
  const { agreementId } = agreement;
  await accountStore.insert(
    tx,
    {
      accountId,
      caseId,
      agreementId,
      loanId,
      episode,
      stage: row.stage,
      product,
      currency,
      dueDate,
      policy,
      joinedAt,
      attributes,
    },
    stateOf(opening.position, opening.standing, { status: 'open', lastDue: dueDate }),
  );
  if (opening.personsOf !== undefined)
    await accountStore.copyPersons(tx, accountId, opening.personsOf.caseId, caseId, opening.personsOf.accountId);
  else await accountStore.addPersons(tx, { caseId, agreementId, accountId }, opening.persons);
  if (!opened) await accountStore.joinVersion(tx, accountId);
  const fields = { accountId, loanId };
  const { prior } = attributes;
  const journal = {
    episode,
    policyId: policy.policyId,
    policyVersion: policy.version,
    ...(prior === undefined ? {} : { prior: { ...prior } }),
  };
  const what = opened ? 'case-opened' : 'account-joined';
  const changes: Change[] = [{ what, fields, voids: !opened, journal }];
  const wake: Wake = opened ? { do: 'start' } : { do: 'signal' };
  await recordChanges(tx, ledger, row, { agreement, changes, actor: opening.actor, wake });
}

/** What is known of an account when its policy is chosen. */
function selectionFacts({ standing, position, attributes, currency }: Opening): SelectionFacts['facts'] {
  const money = (minor: bigint) => ({ minor: minor.toString(), currency });
  const outstanding = money(position.principal + position.interest + position.fees);
  const { segment, score, branch, secured = false } = attributes;
  return {
    dpd: standing.daysPastDue,
    principal: money(position.principal),
    overdue: money(standing.overdue),
    outstanding,
    exposure: outstanding,
    class: standing.class,
    missedMinimums: standing.missed,
    secured,
    ...(segment === undefined ? {} : { segment }),
    ...(score === undefined ? {} : { score }),
    ...(branch === undefined ? {} : { branch }),
  };
}

const tries = 5;

async function caseOf(tx: Tx, opening: Opening, at: string): Promise<{ row: CaseRow; opened: boolean }> {
  const { agreement, debtorId, customerNo, timeZone, language, attributes } = opening;
  const { agreementId } = agreement;
  for (let attempt = 0; attempt < tries; attempt++) {
    const caseId = newId<'CaseId'>();
    const branch = attributes.branch ?? null;
    const inserted = await caseStore.insert(tx, {
      caseId,
      agreementId,
      debtorId,
      customerNo,
      branch,
      timeZone,
      language,
      at,
    });
    if (inserted !== null) return { row: inserted, opened: true };
    const open = await caseStore.lockOpen(tx, agreementId, debtorId);
    if (open !== null) return { row: open, opened: false };
    // It was closed between the two statements: the next insert opens the next case.
  }
  throw new Error('the case of a debtor could neither be opened nor joined');
}

export function stateOf(position: Position, standing: Standing, of: { status: string; lastDue: string }): AccountState {
  const { latestUnpaidDue: latest } = standing;
  return {
    status: of.status,
    principal: position.principal,
    interest: position.interest,
    fees: position.fees,
    credit: position.credit,
    unpaid: position.unpaid.map(({ due, amount }) => ({ due, amount: amount.toString() })),
    earliestUnpaid: standing.earliestUnpaidDue,
    lastDue: latest !== null && latest > of.lastDue ? latest : of.lastDue,
    class: standing.class,
    lastPayment: position.lastPayment,
  };
}

export type Because = 'repayment' | 'reversal' | 'bank-update' | 'correction';

/** New facts about an open account. Nothing is published when nothing that others see has changed. */
export async function updateAccount(
  tx: Tx,
  ledger: Ledger,
  of: {
    agreement: Agreement;
    account: AccountRow;
    position: Position;
    standing: Standing;
    because: Because;
    attributes: AccountAttributes | null;
    actor: string;
  },
): Promise<void> {
  const { account, position, standing, because, agreement } = of;
  const row = await caseStore.lock(tx, account.case_id);
  if (row === null) throw new Error('the case of an account is gone');
  const status = statusAfter(account.status, standing.overdue);
  const state = stateOf(position, standing, { status, lastDue: account.last_due });
  const seen = whatOthersSee(account, state);
  if (!seen.changed && of.attributes === null) return;
  await accountStore.update(tx, account.account_id, state, of.attributes);
  if (of.attributes?.branch !== undefined) row.branch = of.attributes.branch;
  if (!seen.changed) return;
  const { account_id: accountId, loan_id: loanId } = account;
  const paidToZero = account.status === 'open' && status === 'cured';
  const changes: Change[] = [{ what: 'balance-changed', fields: { accountId, loanId, because }, voids: paidToZero }];
  if (account.class !== state.class)
    changes.push({
      what: 'classification-changed',
      fields: { accountId, loanId, from: account.class, to: state.class },
      voids: false,
    });
  // Interest that only grows moves no step: the next decision reads it, the sleeping workflow need not.
  const wake: Wake = because !== 'bank-update' || seen.matters ? { do: 'signal' } : { do: 'nothing' };
  await recordChanges(tx, ledger, row, { agreement, changes, actor: of.actor, wake });
}

function whatOthersSee(account: AccountRow, state: AccountState): { changed: boolean; matters: boolean } {
  const before = [account.principal, account.interest, account.fees, account.credit, JSON.stringify(account.unpaid)];
  const after = [state.principal, state.interest, state.fees, state.credit]
    .map(String)
    .concat(JSON.stringify(state.unpaid));
  const changed = account.status !== state.status || before.some((value, index) => value !== after[index]);
  const total = (values: string[]) => values.slice(0, 3).reduce((sum, value) => sum + BigInt(value), 0n);
  const anchorMoved = account.unpaid[0]?.due !== state.unpaid[0]?.due;
  return { changed, matters: account.status !== state.status || anchorMoved || total(after) < total(before) };
}

/**
 * A cured account that is overdue again at its old due date goes on: in its own case, opened again if it had closed, or in
 * the debtor's other open one, which then lists the old case in `continues`.
 */
export async function continueEpisode(
  tx: Tx,
  ledger: Ledger,
  of: { agreement: Agreement; account: AccountRow; position: Position; standing: Standing; actor: string },
): Promise<void> {
  const { account, agreement, position, standing } = of;
  const old = await caseStore.lock(tx, account.case_id);
  if (old === null) throw new Error('the case of an account is gone');
  const { account_id: accountId, loan_id: loanId } = account;
  const joinedAt = gatheredSince(
    ledger.clock,
    ledger.policies.gatherOf({ policyId: account.policy_id, version: account.policy_version }),
  );
  const other = old.status === 'open' ? null : await caseStore.lockOpen(tx, old.agreement_id, old.debtor_id);
  const row = other ?? old;
  await accountStore.reopen(tx, accountId, row.case_id, joinedAt);
  const state = stateOf(position, standing, { status: 'open', lastDue: account.last_due });
  await accountStore.update(tx, accountId, state, null);
  await accountStore.joinVersion(tx, accountId);
  const actor = of.actor;
  if (row.status === 'open') {
    if (other !== null) {
      await accountStore.copyPersons(tx, accountId, old.case_id, row.case_id, accountId);
      if (!row.continues.includes(old.case_id)) row.continues = [...row.continues, old.case_id];
    }
    const changes: Change[] = [
      { what: 'account-joined', fields: { accountId, loanId }, voids: true, journal: { continues: old.case_id } },
    ];
    await recordChanges(tx, ledger, row, { agreement, changes, actor, wake: { do: 'signal' } });
    return;
  }
  reopenRow(row);
  const changes: Change[] = [
    { what: 'case-reopened', fields: { accountId, loanId, times: row.reopened }, voids: true },
  ];
  await recordChanges(tx, ledger, row, { agreement, changes, actor, wake: { do: 'start', state: carriedState(row) } });
}

function reopenRow(row: CaseRow): void {
  row.status = 'open';
  row.close_reason = null;
  row.closed_at = null;
  row.reopened += 1;
  if (row.stage === 'closed') row.stage = 'reminder';
}

/** A reopened case counts its decisions on, so that no number is used twice. */
export const carriedState = (row: CaseRow): CaseState => ({
  stateVersion: 1,
  decisionNo: row.decision_no,
  stage: row.stage,
  upTo: row.case_seq,
  commands: [],
});

/** The bank takes an account back: it leaves at once, contacts that name it are void; the planner closes an empty case. */
export async function recallAccount(
  tx: Tx,
  ledger: Ledger,
  of: { agreement: Agreement; account: AccountRow; actor: string },
): Promise<void> {
  const { account, agreement, actor } = of;
  const row = await caseStore.lock(tx, account.case_id);
  if (row === null) throw new Error('the case of an account is gone');
  const { account_id: accountId, loan_id: loanId } = account;
  await accountStore.close(tx, accountId, 'recalled', ledger.clock.nowIso());
  const changes: Change[] = [{ what: 'account-left', fields: { accountId, loanId, reason: 'recalled' }, voids: true }];
  await recordChanges(tx, ledger, row, { agreement, changes, actor, wake: { do: 'signal' } });
}

/** Every open account of the (locked) case leaves as recalled. */
export async function recallAll(tx: Tx, caseId: string, at: string): Promise<Change[]> {
  const { accounts } = await caseStore.parts(tx, caseId);
  const open = accounts.filter((account) => account.status !== 'closed');
  for (const account of open) await accountStore.close(tx, account.account_id, 'recalled', at);
  return open.map(({ account_id: accountId, loan_id: loanId }): Change => {
    return { what: 'account-left', fields: { accountId, loanId, reason: 'recalled' }, voids: true };
  });
}
