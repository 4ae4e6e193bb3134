import type { JournalHead } from '@arrears/audit';
import type { Clock } from '@arrears/clock';
import type { PermitCommit } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import type { PermitRow } from '../gate/permit.store.js';
import { journal } from '../journal.js';
import { publish } from '../publish.js';
import type { RecentPermits } from './recent.js';
import { countsIn, isOpen, outcomeFits, release, settle, type PermitState } from './settle.js';
import { lockPermit, peekPermit, saveMoves, type LockedPermit, type Move } from './settle.store.js';

export interface Told {
  permitId: string;
  outcome: PermitCommit['outcome'];
  /** Absent where the teller does not know it. */
  contentHash?: string | undefined;
  /** The contact that the teller believes the permit is for. */
  contactId: string;
  actor: string;
}

/**
 * Takes an outcome of a permit: from the owner's commit or from a delivery event. Telling it again changes nothing.
 * @throws ProblemError `permit-unknown`, `permit-used` (another contact or another content), `conflict` (an outcome that a
 * contact on this channel cannot have)
 */
export async function takeOutcome(tx: Tx, clock: Clock, told: Told): Promise<PermitRow> {
  const permit = await locked(tx, told.permitId);
  const state = outcomeOf(permit, told);
  return state === null ? permit : move(tx, clock, permit, state, told);
}

/** What a commit outside of a transaction needs: one write, shared with others that come at the same time. */
export interface CommitParts {
  db: Database;
  clock: Clock;
  recent: RecentPermits;
  saveMove(move: Move): Promise<JournalHead | null>;
}

/**
 * The same for a caller without a transaction: written in one statement on what this process remembers, else on what it
 * reads; where somebody moved the case's journal meanwhile, under the lock.
 */
export async function commitOutcome(parts: CommitParts, told: Told): Promise<PermitRow> {
  const remembered = parts.recent.take(told.permitId);
  const atOnce = remembered === null ? null : await outcomeAtOnce(parts, remembered, told);
  if (atOnce !== null) return atOnce;
  const permit = await peekPermit(parts.db, told.permitId);
  if (permit === null) throw problem('permit-unknown', 'There is no such permit.');
  return (await outcomeAtOnce(parts, permit, told)) ?? parts.db.transaction((tx) => takeOutcome(tx, parts.clock, told));
}

/** Null: it must be done under the lock. */
async function outcomeAtOnce(parts: CommitParts, permit: LockedPermit, told: Told): Promise<PermitRow | null> {
  const state = outcomeOf(permit, told);
  if (state === null) return permit;
  if (isRecorded({ ...permit, state })) return null;
  const change = moveOf(parts.clock, permit, state, told);
  const { contentHash } = change;
  return (await parts.saveMove(change)) === null ? null : { ...permit, state, contentHash };
}

/** What the permit becomes, or null when it already is that. */
function outcomeOf(permit: LockedPermit, told: Told): PermitCommit['outcome'] | null {
  if (permit.contactId !== told.contactId) throw problem('permit-used', 'The permit is for another contact.');
  if (!outcomeFits(permit.channel, told.outcome))
    throw problem('conflict', `A contact by ${permit.channel} does not end as ${told.outcome}.`);
  const { contentHash } = told;
  if (contentHash !== undefined && permit.contentHash !== null && permit.contentHash !== contentHash)
    throw problem('permit-used', 'The permit was used for another content.');
  return settle(permit.state, told.outcome);
}

/** @throws ProblemError `permit-unknown`, `conflict` when it was used */
export async function releasePermit(tx: Tx, clock: Clock, permitId: string, actor: string): Promise<PermitRow> {
  const permit = await locked(tx, permitId);
  const state = release(permit.state);
  if (state === 'used') throw problem('conflict', `The permit was used: ${permit.state}.`);
  return state === null ? permit : move(tx, clock, permit, state, { actor });
}

/** A dial of which nothing was told for a day counts as placed. Null: it was settled meanwhile. */
export async function assumePlaced(tx: Tx, clock: Clock, permitId: string): Promise<PermitRow | null> {
  const permit = await locked(tx, permitId);
  if (!isOpen(permit.state)) return null;
  return move(tx, clock, permit, 'assumed-placed', { actor: 'service:contacts' });
}

/** For a caller that holds the permit's row and its case's head: where the journal stands afterwards. */
export async function moveLocked(
  tx: Tx,
  clock: Clock,
  permit: PermitRow,
  state: Exclude<PermitState, 'granted'>,
  by: { actor: string },
): Promise<JournalHead> {
  return (await writeLocked(tx, clock, await locked(tx, permit.permitId), state, by)).head;
}

async function locked(tx: Tx, permitId: string): Promise<LockedPermit> {
  const found = await lockPermit(tx, permitId);
  if (found === null) throw problem('permit-unknown', 'There is no such permit.');
  return found;
}

async function move(
  tx: Tx,
  clock: Clock,
  permit: LockedPermit,
  state: Exclude<PermitState, 'granted'>,
  by: { actor: string; contentHash?: string | undefined },
): Promise<PermitRow> {
  const { contentHash, head, at } = await writeLocked(tx, clock, permit, state, by);
  const moved = { ...permit, state, contentHash };
  if (isRecorded(moved)) await publishRecord(tx, moved, { actor: by.actor, at, head });
  return moved;
}

/** The permit's new state, its counters and the journal's entry together. The caller holds the locks. */
async function writeLocked(
  tx: Tx,
  clock: Clock,
  permit: LockedPermit,
  state: Exclude<PermitState, 'granted'>,
  by: { actor: string; contentHash?: string | undefined },
): Promise<{ contentHash: string | null; head: JournalHead; at: string }> {
  const change = moveOf(clock, permit, state, by);
  const [head = null] = await saveMoves(tx, [change]);
  if (head === null) throw new Error('the head of a journal moved under its lock');
  return { contentHash: change.contentHash, at: change.at, head };
}

function moveOf(
  clock: Clock,
  permit: LockedPermit,
  state: Exclude<PermitState, 'granted'>,
  by: { actor: string; contentHash?: string | undefined },
): Move {
  const contentHash = permit.contentHash ?? by.contentHash ?? null;
  const counts = countsIn(permit.kinds, state);
  const at = clock.nowIso();
  const { caseId, permitId, contactId, head } = permit;
  const record = journal.checked({
    ...{ caseId, kind: `permit-${state}` as const, at, actor: by.actor },
    data: { permitId, contactId, was: permit.state, contentHash, counts },
  });
  // From open to open nothing moves: all of it stays reserved.
  const countsMove = !(isOpen(permit.state) && isOpen(state));
  return { permitId, state, contentHash, settled: !isOpen(state), counts, countsMove, at, head, record };
}

/** Messages tell their own story; of calls and visits the gate is the one who knows. */
function isRecorded({ channel, state }: PermitRow): boolean {
  return (channel === 'call' || channel === 'visit') && !isOpen(state);
}

async function publishRecord(
  tx: Tx,
  permit: PermitRow,
  of: { actor: string; at: string; head: JournalHead },
): Promise<void> {
  const { contactId, permitId, caseId, agreementId, debtorId, personId, contactPointId, effectKey, step } = permit;
  const { channel, purpose, state } = permit;
  const data = {
    ...{ contactId, permitId, caseId, agreementId, debtorId, personId, contactPointId, effectKey, step },
    ...{ direction: 'outbound' as const, channel, purpose, outcome: state, actor: permit.actor, at: of.at },
  };
  const about = { debtorId, aggregate: permitId, version: of.head.seq, caseId, head: of.head, at: of.at };
  await publish(tx, [{ type: 'arrears.contacts.contact-recorded.v1', data, ...about }]);
}
