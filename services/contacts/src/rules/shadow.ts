import { evaluate, type CompiledPacks, type CountedEvent, type Facts } from '@arrears/compliance';
import type { Asked } from '../gate/gate.js';

/** One answer of the gate in the past, with what it was asked and what was counted when it answered. */
export interface PastAnswer {
  kind: 'permit' | 'denial';
  contactId: string;
  caseId: string;
  effectKey: string;
  at: string;
  asked: Asked;
  events: readonly CountedEvent[];
  /** Packs whose rules denied it then; none of a permit. */
  deniedBy: readonly string[];
}

export interface ShadowSample {
  kind: 'permit' | 'denial';
  contactId: string;
  caseId: string;
  effectKey: string;
  at: string;
  /** Rules of the candidate that deny it; of what would be newly permitted none. */
  rules: string[];
}

/** What a pack would have said to the contacts of a period. */
export interface ShadowReport {
  asked: number;
  /** Permits that it would have denied. */
  denied: number;
  byRule: Record<string, number>;
  /** Denials that only an earlier version of the same pack spoke for, and that it would not. */
  newlyPermitted: number;
  samples: ShadowSample[];
}

const mostSamples = 20;
const dayMs = 86_400_000;
const longestDays = 92;

/** Which answers are looked at: from inclusive, to exclusive; what is not said makes it the 30 days before now. Pure. */
export function shadowPeriod(
  now: string,
  said: { from?: string | undefined; to?: string | undefined },
): { from: string; to: string } | { fault: string } {
  const to = Date.parse(said.to ?? now);
  const from = said.from === undefined ? to - 30 * dayMs : Date.parse(said.from);
  if (from >= to) return { fault: 'ends before it begins' };
  if (to - from > longestDays * dayMs) return { fault: `at most ${longestDays} days at a time` };
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

export function emptyReport(): ShadowReport {
  return { asked: 0, denied: 0, byRule: {}, newlyPermitted: 0, samples: [] };
}

/** Adds one past answer to the report. Pure but for the report itself. */
export function tryOn(report: ShadowReport, pack: { name: string; compiled: CompiledPacks }, past: PastAnswer): void {
  report.asked += 1;
  // Only the candidate is asked: holds and marks on persons would answer the same as then.
  const facts: Facts = { ...past.asked.facts, holds: [], neverContact: false, events: past.events };
  const verdict = evaluate(pack.compiled, past.asked.contact, facts);
  const rules = verdict.verdict === 'deny' ? [...new Set(verdict.denials.map(({ rule }) => rule))].sort() : [];
  if (past.kind === 'permit' && rules.length > 0) {
    report.denied += 1;
    for (const rule of rules) report.byRule[rule] = (report.byRule[rule] ?? 0) + 1;
    sample(report, past, rules);
  }
  const onlyOurs = past.deniedBy.length > 0 && past.deniedBy.every((name) => name === pack.name);
  if (past.kind === 'denial' && rules.length === 0 && onlyOurs) {
    report.newlyPermitted += 1;
    sample(report, past, rules);
  }
}

function sample(report: ShadowReport, { kind, contactId, caseId, effectKey, at }: PastAnswer, rules: string[]): void {
  if (report.samples.length < mostSamples) report.samples.push({ kind, contactId, caseId, effectKey, at, rules });
}
