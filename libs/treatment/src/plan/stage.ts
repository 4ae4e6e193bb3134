import { levelRank } from '../compile.js';
import { type AccountId, type Level, LEVELS, type Stage } from '../shapes/base.js';
import type { Effect } from '../shapes/decision.js';
import type { AccountView, PlanContext } from './context.js';
import { wake } from './dates.js';
import { recordsOf } from './history.js';
import { timingsOf } from './triggers.js';

const FROM_STATUS: Partial<Record<AccountView['a']['status'], Stage>> = {
  plan: 'monitoring',
  'written-off': 'monitoring',
  'with-legal': 'legal',
  'with-agency': 'visit',
};

interface Standing {
  stage: Stage;
  level: Level;
}

/** The furthest open step of an account: one whose day has come, or that is being performed or planned now. */
function standingOf(ctx: PlanContext, account: AccountView, planned: ReadonlySet<string>): Standing {
  const first = account.compiled?.steps[0]?.def;
  let furthest: Standing = { stage: first?.stage ?? 'reminder', level: first?.level ?? 'normal' };
  let furthestRank = -1;
  for (const step of account.compiled?.steps ?? []) {
    const { def } = step;
    const rank = step.index;
    if (rank <= furthestRank) continue;
    const open = recordsOf(ctx.history, def.id).some((past) => past.endedAt === null && past.covers.has(account.id));
    if (open || planned.has(def.id) || (dayHasCome(ctx, account, step) && applies(ctx, account, step))) {
      furthest = { stage: def.stage, level: def.level };
      furthestRank = rank;
    }
  }
  wakeAtNextStage(ctx, account, furthest, furthestRank);
  const stage = FROM_STATUS[account.a.status] ?? furthest.stage;
  return { stage, level: furthest.level };
}

/** A step that was done under an older due date is not due again, yet its day moves the stage. */
function wakeAtNextStage(ctx: PlanContext, account: AccountView, now: Standing, rank: number): void {
  if (account.overdue === 0n || FROM_STATUS[account.a.status] !== undefined) return;
  for (const step of account.compiled?.steps ?? []) {
    const { stage, level, trigger } = step.def;
    if (step.index <= rank || (trigger.on !== 'dpd' && trigger.on !== 'treatmentDay')) continue;
    if (stage === now.stage && level === now.level) continue;
    for (const timing of timingsOf(ctx, account, step)) wake(ctx.wakes, timing.dueAt);
  }
}

type CompiledStep = NonNullable<AccountView['compiled']>['steps'][number];

function dayHasCome(ctx: PlanContext, account: AccountView, step: CompiledStep): boolean {
  const { on } = step.def.trigger;
  if (on !== 'dpd' && on !== 'treatmentDay') return false;
  return timingsOf(ctx, account, step).some((timing) => ctx.now >= timing.dueAt);
}

const applies = (ctx: PlanContext, account: AccountView, step: CompiledStep): boolean =>
  step.when.holds(step.def.scope === 'case' ? ctx.caseFacts : account.facts) === 'yes';

export interface Move {
  stage: Stage;
  level: Level;
  accounts: { accountId: AccountId; stage: Stage }[];
}

/** Stage of every account, and of the case from its lead; the level may be raised by a condition or an escalation. */
export function readMove(
  ctx: PlanContext,
  effects: Effect[],
  leaving: ReadonlySet<AccountId>,
  raised: Level | null,
  closed: boolean,
): Move {
  const accounts = ctx.accounts.map((account) => {
    const planned = new Set<string>(effects.filter((e) => e.covers.includes(account.id)).map((e) => e.step));
    return { account, standing: standingOf(ctx, account, planned) };
  });
  const lead = accounts.find(({ account }) => account === ctx.lead);
  const byCond = (ctx.policy?.levels ?? [])
    .filter(({ when }) => when.holds(ctx.caseFacts) === 'yes')
    .reduce((highest, { rank }) => Math.max(highest, rank), -1);
  const base = byCond >= 0 ? byCond : levelRank(lead?.standing.level ?? ctx.s.level);
  const level = LEVELS[Math.max(base, raised === null ? -1 : levelRank(raised))] ?? 'normal';
  return {
    stage: closed ? 'closed' : (lead?.standing.stage ?? ctx.s.stage),
    level,
    accounts: accounts
      .map(({ account, standing }) => ({
        accountId: account.id,
        stage: leaving.has(account.id) ? ('closed' as const) : standing.stage,
      }))
      .sort((a, b) => (a.accountId < b.accountId ? -1 : 1)),
  };
}
