import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { agreementsOf, concernedBy } from '../concerned.store.js';
import { lockLedgers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { mayDecide } from '../persons/status.js';
import { groupsOf } from './groups.js';
import {
  decideMerge,
  decideSplit,
  insertMerge,
  linksAmong,
  readMerge,
  requestSplit,
  saveGroups,
  summarise,
  type MemberSummary,
  type MergeRow,
} from './merge.store.js';

/** How far back a preview counts. */
const previewMs = 30 * 86_400_000;

/** What would be counted together, one by one and in sum. Changes nothing. */
export async function previewMerge(
  tx: Tx,
  clock: Clock,
  of: { personIds: readonly string[]; agreements: readonly string[] | null },
): Promise<{ members: MemberSummary[]; together: Record<string, number> }> {
  const since = new Date(clock.now() - previewMs).toISOString();
  const members = await summarise(tx, { ...of, since });
  const together: Record<string, number> = {};
  for (const { events } of members)
    for (const [kind, times] of Object.entries(events)) together[kind] = (together[kind] ?? 0) + times;
  return { members, together };
}

/** Asks for it; a second person decides. @throws ProblemError `conflict` */
export async function askForMerge(
  tx: Tx,
  clock: Clock,
  asked: { personIds: readonly string[]; reason: string; evidence: string | null; actor: string },
): Promise<{ mergeId: string }> {
  const members = [...new Set(asked.personIds)].sort();
  if (members.length < 2) throw problem('conflict', 'A merge is of two persons or more.');
  for (const member of members)
    if ((await agreementsOf(tx, [member])).length === 0) throw problem('not-found', 'One of the persons is not known.');
  const mergeId: string = newId<'MergeId'>();
  const { reason, evidence, actor } = asked;
  await insertMerge(tx, { mergeId, members, reason, evidence, by: actor, at: clock.nowIso() });
  return { mergeId };
}

interface Decision {
  mergeId: string;
  decision: 'approve' | 'refuse';
  actor: string;
}

export async function decideMergeRequest(tx: Tx, clock: Clock, of: Decision): Promise<MergeRow> {
  const merge = await lockedMerge(tx, of.mergeId);
  if (merge.state !== 'requested') throw problem('conflict', `The merge is ${merge.state}.`);
  fourEyes(merge.requestedBy, of.actor);
  const at = clock.nowIso();
  const state = of.decision === 'approve' ? 'in-force' : 'refused';
  await decideMerge(tx, { mergeId: of.mergeId, state, by: of.actor, at });
  if (state === 'in-force')
    await regroup(tx, merge, { kind: 'persons-merged', reason: merge.reason, actor: of.actor, at });
  return mustRead(tx, of.mergeId);
}

export async function askForSplit(
  tx: Tx,
  clock: Clock,
  of: { mergeId: string; reason: string; actor: string },
): Promise<MergeRow> {
  const merge = await lockedMerge(tx, of.mergeId);
  if (merge.state !== 'in-force') throw problem('conflict', `The merge is ${merge.state}.`);
  await requestSplit(tx, { mergeId: of.mergeId, reason: of.reason, by: of.actor, at: clock.nowIso() });
  return mustRead(tx, of.mergeId);
}

/** Counters, consents and proofs lie with the id they happened to: taking the link away is the whole of it. */
export async function decideSplitRequest(tx: Tx, clock: Clock, of: Decision): Promise<MergeRow> {
  const merge = await lockedMerge(tx, of.mergeId);
  if (merge.state !== 'split-requested') throw problem('conflict', `The merge is ${merge.state}.`);
  fourEyes(merge.splitRequestedBy ?? '', of.actor);
  const at = clock.nowIso();
  const state = of.decision === 'approve' ? 'split' : 'in-force';
  await decideSplit(tx, { mergeId: of.mergeId, state, by: of.actor, at });
  const reason = merge.splitReason ?? merge.reason;
  if (state === 'split') await regroup(tx, merge, { kind: 'persons-split', reason, actor: of.actor, at });
  return mustRead(tx, of.mergeId);
}

/** Every member's ledger before the merge itself: the gate, which holds ledgers, waits for nobody who waits for them. */
async function lockedMerge(tx: Tx, mergeId: string): Promise<MergeRow> {
  const found = await readMerge(tx, mergeId);
  if (found === null) throw problem('not-found', 'There is no such merge.');
  await lockLedgers(tx, found.members);
  return (await readMerge(tx, mergeId, 'FOR UPDATE')) ?? found;
}

function fourEyes(requestedBy: string, actor: string): void {
  if (!mayDecide(requestedBy, actor)) throw problem('not-allowed', 'Nobody decides what he asked for himself.');
}

async function regroup(
  tx: Tx,
  merge: MergeRow,
  of: { kind: 'persons-merged' | 'persons-split'; reason: string; actor: string; at: string },
): Promise<void> {
  const { rows } = await lockLedgers(tx, merge.members);
  const affected = rows.map(({ personId }) => personId);
  const groups = groupsOf(await linksAmong(tx, affected));
  await saveGroups(
    tx,
    affected.map((personId) => ({ personId, groupId: groups.get(personId) ?? null })),
  );
  const cases = new Set((await concernedBy(tx, merge.members)).flatMap(({ caseId }) => caseId ?? []));
  const { mergeId, members } = merge;
  for (const caseId of [...cases].sort())
    await journal.append(tx, {
      ...{ caseId, kind: of.kind, at: of.at, actor: of.actor },
      data: { mergeId, members, reason: of.reason },
    });
}

async function mustRead(tx: Tx, mergeId: string): Promise<MergeRow> {
  const row = await readMerge(tx, mergeId);
  if (row === null) throw problem('not-found', 'There is no such merge.');
  return row;
}
