import { newId } from '@arrears/contracts';
import { visibleAgreements, type Actor } from '@arrears/auth';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import type { CollectionPolicy } from '@arrears/treatment';
import type { Ledger } from '../ledger.js';
import { fitPolicy } from '../policies/publish.js';
import { aloneUpTo, defaultRate, type MoveFilter } from './move.js';
import { moveStore, type MoveRow } from './move.store.js';
import { previewMove, sortCases } from './preview-move.js';

export interface AskedMove {
  policyId: string;
  from: number;
  to: number;
  filter: MoveFilter;
  rate: number | undefined;
  reason: string;
  actor: Actor;
}

/** Both versions, in use. */
async function versionsOf(
  tx: Tx,
  ledger: Ledger,
  { policyId, from, to }: AskedMove,
): Promise<{ from: CollectionPolicy; to: CollectionPolicy }> {
  if (from === to) throw problem('conflict', 'The cases are under this version already.');
  await ledger.policies.refresh(tx);
  const versions = {
    from: ledger.policies.get({ policyId, version: from }),
    to: ledger.policies.get({ policyId, version: to }),
  };
  if (versions.from === null || versions.to === null) throw problem('not-found', 'There is no such version in use.');
  const { status } = versions.to;
  if (status !== 'live' && status !== 'approved')
    throw problem('conflict', `The version is ${status}: no case is moved to it.`);
  return { from: versions.from, to: versions.to };
}

const whoseOf = ({ policyId, from, actor }: AskedMove) => ({
  policyId,
  version: from,
  scope: visibleAgreements(actor),
});

export async function dryRun(tx: Tx, ledger: Ledger, asked: AskedMove) {
  const versions = await versionsOf(tx, ledger, asked);
  return previewMove(tx, ledger, { whose: whoseOf(asked), ...versions, filter: asked.filter });
}

/** What a version would do that is only a file yet: checked as for publishing, and nothing stored. */
export async function dryRunOfFile(
  tx: Tx,
  ledger: Ledger,
  of: { text: string; file: string; from: number; filter: MoveFilter; actor: Actor },
) {
  await ledger.policies.refresh(tx);
  const to = fitPolicy(ledger, of);
  const from = ledger.policies.get({ policyId: to.id, version: of.from });
  if (from === null) throw problem('not-found', 'There is no such version in use.');
  const whose = { policyId: to.id, version: of.from, scope: visibleAgreements(of.actor) };
  return previewMove(tx, ledger, { whose, from, to, filter: of.filter });
}

/** Freezes who goes. Up to fifty cases go at once; more wait for a second person. */
export async function requestMove(tx: Tx, ledger: Ledger, asked: AskedMove): Promise<MoveRow> {
  const versions = await versionsOf(tx, ledger, asked);
  const { move, lost } = await sortCases(tx, whoseOf(asked), versions.to, asked.filter);
  if (move.length === 0) throw problem('conflict', 'No case would be moved.');
  const items = [
    ...move.map((caseId) => ({ caseId, detail: null })),
    ...lost.map(({ caseId, steps }) => ({ caseId, detail: `needs-mapping: ${steps.join(', ')}` })),
  ];
  return store(tx, ledger, { ...asked, undoOf: null, waiting: move.length }, items);
}

/** Moves back what a move has moved: the cases that are still under its version. */
export async function undoMove(
  tx: Tx,
  ledger: Ledger,
  moveId: string,
  of: { reason: string; actor: Actor },
): Promise<MoveRow> {
  const done = await mustFind(tx, moveId, 'FOR UPDATE');
  if (done.status === 'waiting' || done.status === 'running')
    throw problem('conflict', 'The move is not over: cancel it first.');
  if (await moveStore.undoneBy(tx, moveId)) throw problem('conflict', 'The move has been undone, or is being undone.');
  const cases = await moveStore.movedCases(tx, moveId);
  if (cases.length === 0) throw problem('conflict', 'The move has moved no case.');
  const { policy_id: policyId, from_version: to, to_version: from, rate } = done;
  const asked = { policyId, from, to, filter: {}, rate, ...of, undoOf: moveId, waiting: cases.length };
  return store(
    tx,
    ledger,
    asked,
    cases.map((caseId) => ({ caseId, detail: null })),
  );
}

async function store(
  tx: Tx,
  ledger: Ledger,
  of: AskedMove & { undoOf: string | null; waiting: number },
  items: readonly { caseId: string; detail: string | null }[],
): Promise<MoveRow> {
  const moveId: string = newId<'MoveId'>();
  const row = {
    move_id: moveId,
    policy_id: of.policyId,
    from_version: of.from,
    to_version: of.to,
    filter: of.filter,
    reason: of.reason,
    rate: of.rate ?? defaultRate,
    undo_of: of.undoOf,
    status: of.waiting > aloneUpTo ? ('waiting' as const) : ('running' as const),
    total: items.length,
    requested_by: of.actor.sub,
    approved_by: null,
    at: ledger.clock.nowIso(),
  };
  await moveStore.insert(tx, row, items);
  return mustFind(tx, moveId);
}

export async function approveMove(tx: Tx, ledger: Ledger, moveId: string, actor: Actor): Promise<MoveRow> {
  const move = await mustFind(tx, moveId, 'FOR UPDATE');
  if (move.requested_by === actor.sub) throw problem('conflict', 'A move is not approved by the one who asked for it.');
  if (move.status !== 'waiting') throw problem('conflict', `The move is ${move.status}.`);
  await moveStore.approve(tx, moveId, actor.sub, ledger.clock.nowIso());
  return mustFind(tx, moveId);
}

export async function cancelMove(tx: Tx, ledger: Ledger, moveId: string): Promise<MoveRow> {
  const move = await mustFind(tx, moveId, 'FOR UPDATE');
  if (move.status !== 'waiting' && move.status !== 'running') throw problem('conflict', `The move is ${move.status}.`);
  await moveStore.cancel(tx, moveId, ledger.clock.nowIso());
  return mustFind(tx, moveId);
}

export async function mustFind(tx: Tx, moveId: string, lock: '' | 'FOR UPDATE' = ''): Promise<MoveRow> {
  const found = await moveStore.find(tx, moveId, lock);
  if (found === null) throw problem('not-found', 'There is no such move.');
  return found;
}

export const moveView = (row: MoveRow) => ({
  moveId: row.move_id,
  policyId: row.policy_id,
  from: row.from_version,
  to: row.to_version,
  filter: row.filter,
  reason: row.reason,
  rate: row.rate,
  undoOf: row.undo_of,
  status: row.status,
  total: row.total,
  requestedBy: row.requested_by,
  requestedAt: row.requested_at.toISOString(),
  approvedBy: row.approved_by,
  approvedAt: row.approved_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
});
