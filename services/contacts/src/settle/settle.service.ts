import type { Clock } from '@arrears/clock';
import type { PermitCommit } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { lockLedgers, readPermit, type PermitRow } from '../gate/gate.store.js';
import { journal } from '../journal.js';
import { countState, release, settle, type PermitState } from './settle.js';
import { settleEvents, updatePermit } from './settle.store.js';

export interface Told {
  permitId: string;
  outcome: PermitCommit['outcome'];
  /** Absent where the teller does not know it. */
  contentHash?: string | undefined;
  /** The message that the teller believes the permit is for. */
  contactId: string;
  actor: string;
}

/**
 * Takes an outcome of a permit: from the sender's commit or from a delivery event. Telling it again changes nothing.
 * @throws ProblemError `permit-unknown`, `permit-used` (another contact or another content)
 */
export async function takeOutcome(tx: Tx, clock: Clock, told: Told): Promise<PermitRow> {
  const permit = await lockedPermit(tx, told.permitId);
  if (permit.contactId !== told.contactId) throw problem('permit-used', 'The permit is for another contact.');
  const { contentHash } = told;
  if (contentHash !== undefined && permit.contentHash !== null && permit.contentHash !== contentHash)
    throw problem('permit-used', 'The permit was used for another content.');
  const state = settle(permit.state, told.outcome);
  if (state === null) return permit;
  return move(tx, clock, permit, state, told);
}

/** @throws ProblemError `permit-unknown`, `conflict` when it was used */
export async function releasePermit(tx: Tx, clock: Clock, permitId: string, actor: string): Promise<PermitRow> {
  const permit = await lockedPermit(tx, permitId);
  const state = release(permit.state);
  if (state === 'used') throw problem('conflict', `The permit was used: ${permit.state}.`);
  return state === null ? permit : move(tx, clock, permit, state, { actor });
}

/** Ledger first, then permit: the order in which the gate takes them, so that neither waits for the other for ever. */
async function lockedPermit(tx: Tx, permitId: string): Promise<PermitRow> {
  const found = await readPermit(tx, permitId);
  if (found === null) throw problem('permit-unknown', 'There is no such permit.');
  await lockLedgers(tx, [found.debtorId, found.personId]);
  return (await readPermit(tx, permitId, 'lock')) ?? found;
}

/** The permit's new state, its counters and the journal's entry together. The caller holds the locks. */
export async function move(
  tx: Tx,
  clock: Clock,
  permit: PermitRow,
  state: Exclude<PermitState, 'granted'>,
  by: { actor: string; contentHash?: string | undefined },
): Promise<PermitRow> {
  const contentHash = permit.contentHash ?? by.contentHash ?? null;
  const settled = state !== 'handed-over' && state !== 'unknown';
  await updatePermit(tx, permit.permitId, { state, contentHash, settled });
  const counts = await settleEvents(tx, permit.permitId, (kind) => countState(kind, state));
  await journal.append(tx, {
    caseId: permit.caseId,
    kind: `permit-${state}`,
    at: clock.nowIso(),
    actor: by.actor,
    data: { permitId: permit.permitId, contactId: permit.contactId, was: permit.state, contentHash, counts },
  });
  return { ...permit, state, contentHash };
}
