import type { CompiledStep } from '../compile.js';
import type { Money } from '../shapes/base.js';
import type { Fact } from '../shapes/cond.js';
import type { Reason } from '../shapes/decision.js';
import type { AccountView, PlanContext } from './context.js';
import { reason, textOf } from './reasons.js';

export interface Approved {
  state: 'approved';
  approvalId: string;
}
export type ApprovalState = Approved | { state: 'waiting' | 'rejected'; why: Reason } | { state: 'none' };

/** Where the approval of a step stands; null when it needs none. One whose facts have changed counts no more. */
export function approvalOf(ctx: PlanContext, step: CompiledStep, accounts: AccountView[]): ApprovalState | null {
  if (step.def.approval === undefined) return null;
  const latest = ctx.s.approvals.findLast(
    (one) => one.step === step.def.id && accounts.every((account) => one.covers.includes(account.id)),
  );
  if (latest === undefined || latest.state === 'void') return { state: 'none' };
  if (latest.state === 'rejected')
    return { state: 'rejected', why: reason('approval-rejected', { step: step.def.id }) };
  if (latest.factsHash !== factsHash(ctx, step, accounts)) return { state: 'none' };
  if (latest.state === 'waiting') return { state: 'waiting', why: reason('awaiting-approval', { step: step.def.id }) };
  return { state: 'approved', approvalId: latest.id };
}

/** The facts that void an approval by changing, as the policy's matrix names them; the amount owed in any case. */
export function factsHash(ctx: PlanContext, step: CompiledStep, accounts: AccountView[]): string {
  const matrix = ctx.policy?.policy.approvals.find((one) => one.id === step.def.approval?.matrix);
  const names: Fact[] = ['outstanding', ...(matrix?.voidWhenChanged ?? [])];
  const lines = accounts.map((account) =>
    [account.id, ...names.map((name) => `${name}=${textOf(account.facts.fact(name)) ?? ''}`)].join(';'),
  );
  return fnv1a(lines.join('\n'));
}

/** What is asked for: the whole debt of the accounts concerned. */
export function amountOf(accounts: AccountView[]): Money {
  const currency = accounts[0]?.a.overdue.currency ?? '';
  const minor = accounts.reduce((total, account) => total + account.outstanding, 0n);
  return { minor: String(minor), currency };
}

/** 64-bit FNV-1a (Fowler, Noll, Vo): tells changed facts from unchanged ones; it protects nothing, so no crypto is needed. */
export function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
