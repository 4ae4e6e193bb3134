import type { DecideInput, DecideResult, StepAnswer } from '@arrears/contracts/activities';
import { isoOf } from '@arrears/clock';
import type { Database, Tx } from '@arrears/persistence';
import { plan, type CaseSnapshot, type Decision } from '@arrears/treatment';
import { canonical, contentHash } from '../canonical.js';
import type { Agreement } from '../agreements/agreement.js';
import { accountStore, caseStore, type CaseRow } from '../cases/case.store.js';
import { recordChanges, type Change } from '../cases/changes.js';
import { standingOf } from '../cases/facts.js';
import type { Ledger } from '../ledger.js';
import { decisionStore, type EndedStep, type NewStep } from './decision.store.js';
import { isMessageChannel, isPerformable, resultOf, type CalledBack } from './result.js';
import { gather, type Gathered } from './snapshot.store.js';
import { effectKeyOf, readEffectKey, snapshotOf } from './snapshot.js';

/** How long to sleep when the business clock does not move: somebody will start it again. */
const stoppedClockMs = 60_000;

/**
 * Decides once for a case, in one transaction under the lock of its row. The same `decisionNo` again gives what is stored.
 * Writes what the last steps answered, reads one snapshot, plans, and stores decision, steps, moves and exits.
 */
export async function decide(database: Database, ledger: Ledger, input: DecideInput): Promise<DecideResult> {
  return database.transaction(async (tx) => {
    const row = await caseStore.lock(tx, input.caseId);
    if (row === null) throw new Error('there is no such case');
    const known = await decisionStore.find(tx, input.caseId, input.decisionNo);
    if (known !== null) return known.result;
    if (row.status === 'closed') return closedResult(row, input.decisionNo);
    const agreement = await ledger.agreement(tx, row.agreement_id);
    if (agreement === null) throw new Error('the agreement of a case is gone');
    return new Deciding(tx, ledger, row, agreement, input).run();
  });
}

function closedResult(row: CaseRow, decisionNo: number): DecideResult {
  const closed = { reason: row.close_reason ?? 'closed' };
  const nothing = {
    perform: [],
    sleepUntil: null,
    wakeAt: null,
    why: ['closed'],
    planner: '',
    policies: [],
    calendars: [],
  };
  return { decisionNo, stage: row.stage, branch: row.branch, closed, upTo: row.case_seq, ...nothing };
}

/** One decision under way: the order of its methods is the order of the work. */
class Deciding {
  private readonly now: number;
  private readonly at: string;

  constructor(
    private readonly tx: Tx,
    private readonly ledger: Ledger,
    private readonly row: CaseRow,
    private readonly agreement: Agreement,
    private readonly input: DecideInput,
  ) {
    this.now = ledger.clock.toBusiness(input.now);
    this.at = isoOf(this.now);
  }

  async run(): Promise<DecideResult> {
    const { tx, row, input } = this;
    await decisionStore.endSteps(tx, row.case_id, answered(input.answers), this.at);
    const gathered = await this.gatherWithTimeouts();
    await this.knowPolicies(gathered);
    const snapshot = this.snapshot(gathered);
    const snapshotHash = contentHash(snapshot);
    const calendar = this.ledger.calendarOf(this.agreement);
    const decision = plan(snapshot, this.ledger.policies.set, calendar.port, this.at, snapshotHash.toString('hex'));
    await this.apply(decision, gathered);
    const { calledBack, ended } = calledOff(decision, gathered);
    const sleepUntil = this.sleepUntil(decision, gathered);
    const result = resultOf(decision, { row, decisionNo: input.decisionNo, sleepUntil, calledBack });
    await decisionStore.insert(tx, {
      caseId: row.case_id,
      decisionNo: input.decisionNo,
      at: this.at,
      snapshotHash,
      snapshot: JSON.parse(canonical(snapshot)),
      stored: { decision, result },
      steps: [...plannedSteps(decision), ...lapsedSteps(decision, gathered)],
      ended,
      due: dueNext(decision),
    });
    if (gathered.waitingCommands > 0) await decisionStore.applyCommands(tx, row.case_id, this.ledger.clock.nowIso());
    await this.attention(decision, gathered);
    this.ledger.metrics.decided(decision, gathered, this.now);
    return result;
  }

  /** Reviews that nobody answered in time end with the answer the policy gives for silence. */
  private async gatherWithTimeouts(): Promise<Gathered> {
    const { tx, row } = this;
    const gathered = await gather(tx, row.case_id, row.agreement_id, row.continues);
    const late = gathered.reviews.filter((review) => Date.parse(review.deadline) <= this.now);
    if (late.length === 0) return gathered;
    const ended = late.map(({ step, occurrence, on_timeout: outcome }) => ({ step, occurrence, outcome }));
    await decisionStore.endSteps(tx, row.case_id, ended, this.at);
    return gather(tx, row.case_id, row.agreement_id, row.continues);
  }

  /** An account may have been moved to a version that was published after this process had read them. */
  private async knowPolicies({ accounts }: Gathered): Promise<void> {
    const { policies } = this.ledger;
    const unknown = accounts.some(
      ({ policy_id: policyId, policy_version: version }) => policies.get({ policyId, version }) === null,
    );
    if (unknown) await policies.refresh(this.tx);
  }

  private snapshot(gathered: Gathered): CaseSnapshot {
    const calendar = this.ledger.calendarOf(this.agreement);
    const changedAt = this.row.changed_at.toISOString();
    return snapshotOf(this.row, gathered, { agreement: this.agreement, calendar, now: this.now, changedAt });
  }

  /** Moves, exits and the end of the case, each an event. */
  private async apply(decision: Decision, gathered: Gathered): Promise<void> {
    const { tx, row, ledger, agreement } = this;
    const changes: Change[] = [];
    const before = { stage: row.stage, level: row.level };
    const moved = decision.move.accounts.filter(
      (move) => gathered.accounts.find((account) => account.account_id === move.accountId)?.stage !== move.stage,
    );
    if (moved.length > 0) await decisionStore.moveAccounts(tx, moved);
    row.level = decision.move.level;
    row.stage = decision.closeCase ? 'closed' : decision.move.stage;
    // That a case is closed says its stage too.
    if (row.stage !== before.stage && !decision.closeCase)
      changes.push({ what: 'stage-changed', fields: { from: before.stage, to: row.stage }, voids: false });
    const reclassified = this.reclassified(gathered, decision);
    if (reclassified.length > 0) await decisionStore.reclassify(tx, gathered.accounts);
    changes.push(...reclassified);
    let lastReason: string | undefined;
    for (const { accountId, reason } of decision.exits) {
      const loanId = gathered.accounts.find((account) => account.account_id === accountId)?.loan_id ?? '';
      await accountStore.close(tx, accountId, reason, this.at);
      changes.push({ what: 'account-left', fields: { accountId, loanId, reason }, voids: true });
      lastReason = reason;
    }
    if (decision.closeCase) {
      row.status = 'closed';
      row.closed_at = new Date(this.now);
      row.close_reason = lastReason ?? lastCloseReason(gathered);
      changes.push({ what: 'case-closed', fields: { reason: row.close_reason }, voids: true });
    }
    row.decision_no = Math.max(row.decision_no, this.input.decisionNo);
    if (changes.length > 0 || row.level !== before.level)
      await recordChanges(tx, ledger, row, { agreement, changes, actor: 'planner', wake: { do: 'nothing' } });
  }

  /** The class of an account moves with the days; it is told when something touches the case, never by a daily scan. */
  private reclassified(gathered: Gathered, decision: Decision): Change[] {
    const businessDate = this.ledger.calendarOf(this.agreement).businessDate(this.now);
    const leaving = new Set<string>(decision.exits.map((exit) => exit.accountId));
    return gathered.accounts.flatMap((account): Change[] => {
      if (account.status === 'closed' || leaving.has(account.account_id)) return [];
      const { class: to } = standingOf(account, businessDate);
      if (to === account.class) return [];
      const fields = { accountId: account.account_id, loanId: account.loan_id, from: account.class, to };
      account.class = to;
      return [{ what: 'classification-changed', fields, voids: false }];
    });
  }

  private sleepUntil(decision: Decision, gathered: Gathered): number | null {
    if (decision.closeCase) return null;
    const wakes = gathered.reviews.map((review) => Date.parse(review.deadline)).filter((at) => at > this.now);
    if (decision.wakeAt !== null) wakes.push(Date.parse(decision.wakeAt));
    if (wakes.length === 0) return null;
    const real = this.ledger.clock.toReal(Math.min(...wakes));
    return real === null ? this.input.now + stoppedClockMs : Math.max(real, this.input.now + 1);
  }

  private async attention(decision: Decision, gathered: Gathered): Promise<void> {
    const items = decision.attention.map(({ code, owner, why }) => ({ code, owner, step: why.step ?? '' }));
    const keys = (list: readonly { code: string; step: string }[]) =>
      list
        .map((one) => `${one.code}/${one.step}`)
        .sort()
        .join();
    if (keys(items) !== keys(gathered.attention))
      await decisionStore.keepAttention(this.tx, this.row.case_id, items, this.at);
  }
}

/**
 * The next step by time alone: one that waits for something without a known end is not late, whatever day it is. Before
 * the case is to think again nothing can be late either: what is due then is judged anew.
 */
function dueNext({ upcoming, wakeAt, decidedFor }: Decision): { step: string; at: string } | null {
  const next = upcoming.find(({ earliest }) => earliest > decidedFor && wakeAt !== null && earliest >= wakeAt);
  return next === undefined ? null : { step: next.step, at: next.earliest };
}

const lastCloseReason = (gathered: Gathered): string =>
  [...gathered.accounts].sort((a, b) => (a.left_at?.getTime() ?? 0) - (b.left_at?.getTime() ?? 0)).at(-1)
    ?.close_reason ?? 'cured';

/** `queued`, `opened` and `asked` are still under way: what comes of them arrives as a fact. */
function answered(answers: readonly StepAnswer[]): EndedStep[] {
  return answers.flatMap(({ effectKey, answer }) => {
    const key = readEffectKey(effectKey);
    return key !== null && (answer === 'stale' || answer === 'cancelled') ? [{ ...key, outcome: answer }] : [];
  });
}

function plannedSteps(decision: Decision): NewStep[] {
  return decision.effects.map((effect) => ({
    step: effect.step,
    occurrence: effect.occurrence,
    kind: effect.do === 'send' ? effect.channel : effect.do,
    covers: effect.covers,
    personId: 'personId' in effect ? effect.personId : null,
    anchor: effect.anchor,
    policyVersion: effect.policyVersion,
    outcome: isPerformable(effect) ? null : 'unperformable',
  }));
}

/** What lapsed is kept as a step that ended at once, so that it is told once and stands in the history. */
function lapsedSteps(decision: Decision, gathered: Gathered): NewStep[] {
  const highest = new Map<string, number>();
  const used = [...gathered.steps.filter((step) => step.case_id !== undefined), ...decision.effects];
  for (const { step, occurrence } of used) highest.set(step, Math.max(highest.get(step) ?? 0, occurrence));
  return decision.lapsed.map(({ step, covers }) => {
    const occurrence = (highest.get(step) ?? 0) + 1;
    highest.set(step, occurrence);
    const account = gathered.accounts.find((one) => covers.some((id) => id === one.account_id));
    const anchor = account?.unpaid[0]?.due ?? account?.due_date ?? decision.decidedFor.slice(0, 10);
    const policyVersion = account?.policy_version ?? 0;
    return { step, occurrence, kind: 'lapse', covers, personId: null, anchor, policyVersion, outcome: 'lapsed' };
  });
}

/** Messages are called back where they wait, reviews are withdrawn here and now. */
function calledOff(decision: Decision, gathered: Gathered): { calledBack: CalledBack[]; ended: EndedStep[] } {
  const calledBack: CalledBack[] = [];
  const ended: EndedStep[] = [];
  for (const { effectKey } of decision.cancel) {
    const open = gathered.steps.find((step) => effectKeyOf(step) === effectKey && step.ended_at === null);
    if (open === undefined) continue;
    if (isMessageChannel(open.kind)) calledBack.push({ effectKey, kind: open.kind });
    else ended.push({ step: open.step, occurrence: open.occurrence, outcome: 'cancelled' });
  }
  return { calledBack, ended };
}
