import type { Logger } from '@arrears/observability';
import type { Database, Tx } from '@arrears/persistence';
import { problem, type FieldError } from '@arrears/service';
import { loadPolicy, loadPolicySet, type CollectionPolicy, type PolicyProblem } from '@arrears/treatment';
import type { Ledger } from '../ledger.js';
import { loadContext } from './load-policies.js';
import type { Pin } from './policy-book.js';
import { PolicyChanged, policyStore } from './policy.store.js';
import { startSweeping } from '../sweeping.js';

export type Checked = { ok: true; policy: CollectionPolicy } | { ok: false; problems: PolicyProblem[] };

/**
 * A policy from its text, fit to live beside those in use: its shape, its meaning, its examples, and that for every account
 * and date one policy still wins.
 */
export function checkBeside(text: string, file: string, inUse: readonly CollectionPolicy[]): Checked {
  const alone = loadPolicy(text, file, loadContext);
  if (!alone.ok) return { ok: false, problems: alone.problems };
  const { policy } = alone;
  const others = inUse.filter((one) => one.id !== policy.id || one.version !== policy.version);
  const stored = others.map((one) => ({ file: `${one.id}@${one.version}`, text: JSON.stringify(one) }));
  const together = loadPolicySet([...stored, { file, text }], loadContext);
  const blamed = together.ok ? [] : together.problems.filter((one) => one.file === file || one.code === 'NO-DEFAULT');
  return blamed.length === 0 ? { ok: true, policy } : { ok: false, problems: blamed };
}

const fieldOf = ({ file, line, column, code, message, fix }: PolicyProblem): FieldError => ({
  path: `${file}:${line}:${column}`,
  message: `${code}: ${message.en}${fix === undefined ? '' : ` (${fix})`} / ${message.zh}`,
});

/** @throws ProblemError that names file, line and remedy of everything wrong with it */
export function fitPolicy(ledger: Ledger, of: { text: string; file: string }): CollectionPolicy {
  const checked = checkBeside(of.text, of.file, ledger.policies.policies);
  if (!checked.ok) throw problem('invalid-input', "The policy can't be used.", checked.problems.map(fieldOf));
  return checked.policy;
}

/** Stores a version that nobody is treated under until a second person has approved it. The same content again is nothing new. */
export async function proposePolicy(
  tx: Tx,
  ledger: Ledger,
  of: { text: string; file: string; actor: string },
): Promise<CollectionPolicy> {
  const policy = fitPolicy(ledger, of);
  try {
    await policyStore.keep(tx, [policy], ledger.clock.nowIso(), of.actor);
  } catch (error) {
    if (!(error instanceof PolicyChanged)) throw error;
    throw problem('conflict', 'This version is there with another content: give the change a new version.');
  }
  return policy;
}

/** The second person's yes: from now on accounts may be pinned to it. Checked once more beside what is in use by now. */
export async function approvePolicy(tx: Tx, ledger: Ledger, pin: Pin, actor: string): Promise<CollectionPolicy> {
  const found = await policyStore.find(tx, pin);
  if (found === null) throw problem('not-found', 'There is no such version.');
  if (found.proposed_by === actor) throw problem('conflict', 'A policy is not approved by the one who published it.');
  if (found.proposed_by === null || found.approved_by !== null)
    throw problem('conflict', 'The version is in use already.');
  await ledger.policies.refresh(tx);
  const file = `${pin.policyId}@${pin.version}`;
  fitPolicy(ledger, { text: JSON.stringify(found.content), file });
  await policyStore.approve(tx, pin, actor, ledger.clock.nowIso());
  return found.content;
}

const refreshMs = 5_000;

/** Versions that another process has approved come into this one's book. */
export function startRefreshing(database: Database, ledger: Ledger, log: Logger): { stop: () => Promise<void> } {
  const sweep = () => ledger.policies.refresh(database).then(() => false);
  return startSweeping({ sweep, pollMs: refreshMs, name: 'policies', log });
}
