import { setTimeout as sleep } from 'node:timers/promises';
import { defineEvents, type Logger, type PlatformEvent } from '@arrears/observability';
import { DatabaseError, type Database, type Tx } from '@arrears/persistence';
import { stepsWithoutPlace } from '@arrears/treatment';
import { caseStore } from '../cases/case.store.js';
import { recordChanges, type Change } from '../cases/changes.js';
import type { Ledger } from '../ledger.js';
import { moveStore, type MoveRow } from './move.store.js';
import { runStore } from './run.store.js';
import { startSweeping } from '../sweeping.js';

const [notMoved] = defineEvents(['policy-move-failed']);

export interface MoveDeps {
  database: Database;
  ledger: Ledger;
  log: Logger<PlatformEvent | typeof notMoved>;
}
const pollMs = 1_000;

/** Works through moves that run, one case a transaction, wherever a process that died had left off. */
export function startMoves(deps: MoveDeps): { stop: () => Promise<void> } {
  return startSweeping({ sweep: (signal) => runNextMove(deps, signal), pollMs, name: 'policy-move', log: deps.log });
}

/** @returns whether there was a move to work on */
export async function runNextMove(deps: MoveDeps, signal?: AbortSignal): Promise<boolean> {
  const { database, ledger } = deps;
  const moveId = await runStore.nextRunning(database);
  const move = moveId === null ? null : await moveStore.find(database, moveId);
  if (move === null) return false;
  await ledger.policies.refresh(database);
  const waitMs = Math.max(1, Math.floor(1_000 / move.rate));
  while (signal?.aborted !== true) {
    const turn = await takeTurn(deps, move);
    if (turn === 'nothing-left' || turn === 'stopped') return true;
    if (turn === 'not-yet')
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
  return true;
}

type Taken = 'item' | 'not-yet' | 'nothing-left' | 'stopped';

/** A case that can't be moved for a reason nobody thought of is left where it is, and told; the others go on. */
async function takeTurn({ database, ledger, log }: MoveDeps, move: MoveRow): Promise<Taken> {
  let current: number | null = null;
  try {
    return await database.transaction(async (tx) => {
      const turn = await runStore.takeTurn(tx, move.move_id);
      const at = ledger.clock.nowIso();
      switch (turn.is) {
        case 'not-yet': {
          const now = await moveStore.find(tx, move.move_id);
          return now?.status === 'running' ? 'not-yet' : 'stopped';
        }
        case 'nothing-left':
          await runStore.done(tx, move.move_id, at);
          return 'nothing-left';
        case 'item': {
          current = turn.itemNo;
          const detail = await moveCase(tx, ledger, move, turn.caseId);
          const status = detail === null ? 'moved' : 'skipped';
          await runStore.ended(tx, { moveId: move.move_id, itemNo: turn.itemNo, status, detail, at });
          return 'item';
        }
      }
    });
  } catch (error) {
    if (current === null || error instanceof DatabaseError) throw error;
    const detail = `failed: ${error instanceof Error ? error.name : 'unknown'}`;
    const ended = { moveId: move.move_id, itemNo: current, status: 'skipped', detail } as const;
    await database.transaction((tx) => runStore.ended(tx, { ...ended, at: ledger.clock.nowIso() }));
    log.error(notMoved, { outcome: 'skipped' }, error);
    return 'item';
  }
}

/** @returns why the case was left where it is; null: it was moved */
async function moveCase(tx: Tx, ledger: Ledger, move: MoveRow, caseId: string): Promise<string | null> {
  const { policy_id: policyId, from_version: from, to_version: to } = move;
  const row = await caseStore.lock(tx, caseId);
  if (row === null || row.status !== 'open') return 'case-closed';
  const agreement = await ledger.agreement(tx, row.agreement_id);
  if (agreement === null) return 'agreement-gone';
  const { accounts, records } = await runStore.situation(tx, {
    caseId,
    continues: row.continues,
    policyId,
    version: from,
  });
  if (accounts.length === 0) return 'no-account-under-the-version';
  const lost = lostSteps(ledger, move, records);
  if (lost.length > 0) return `needs-mapping: ${lost.join(', ')}`;
  await runStore.pin(tx, accounts, to);
  const fields = { moveId: move.move_id, policyId, from, to, accounts };
  const journal = { approvedBy: move.approved_by, undoOf: move.undo_of };
  // Messages that wait were planned by the old version: they are asked for again, under the new one.
  const changes: Change[] = [{ what: 'policy-moved', fields, voids: true, journal }];
  await recordChanges(tx, ledger, row, { agreement, changes, actor: move.requested_by, wake: { do: 'signal' } });
  return null;
}

/** Going back, a case keeps the steps of the version it leaves: they stay in its history under their own names. */
function lostSteps(ledger: Ledger, move: MoveRow, records: Parameters<typeof stepsWithoutPlace>[1]): string[] {
  if (move.undo_of !== null) return [];
  const target = ledger.policies.get({ policyId: move.policy_id, version: move.to_version });
  if (target === null) throw new Error('the version that cases are moved to is not known to this process yet');
  return stepsWithoutPlace(target, records);
}
