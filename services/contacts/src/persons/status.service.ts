import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { concernedBy } from '../concerned.store.js';
import { lockLedgers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { publish } from '../publish.js';
import { changeStatus, isNeverContacted, mayDecide, type PersonStatus } from './status.js';
import {
  decideStatusChange,
  insertStatusChange,
  openStatusRequest,
  readStatusChange,
  saveStatus,
  type StatusChangeRow,
} from './status.store.js';

export interface AskedStatus {
  personId: string;
  to: PersonStatus;
  reason: string;
  evidence: string | null;
  actor: string;
}

/**
 * Changes where a person stands, at once when it only protects him, else as a request that a second person decides.
 * @throws ProblemError `conflict` when he already stands there, or another request about him is open
 */
export async function askForStatus(tx: Tx, clock: Clock, asked: AskedStatus): Promise<StatusChangeRow> {
  const { personId, to, reason, evidence, actor } = asked;
  const from = await lockedStatus(tx, personId);
  const change = changeStatus(from, to);
  if (change.answer === 'refused') throw problem('conflict', change.because);
  const at = new Date(clock.nowIso());
  const changeId: string = newId<'StatusChangeId'>();
  const asks = { changeId, personId, from, to, reason, evidence, requestedBy: actor, requestedAt: at };
  if (change.answer === 'apply') {
    const applied = { ...asks, state: 'applied' as const, decidedBy: actor, decidedAt: at };
    await insertStatusChange(tx, applied);
    await apply(tx, applied);
    return applied;
  }
  if ((await openStatusRequest(tx, personId)) !== null)
    throw problem('conflict', 'Another change of this status waits for its decision.');
  const requested = { ...asks, state: 'requested' as const, decidedBy: null, decidedAt: null };
  await insertStatusChange(tx, requested);
  return requested;
}

/**
 * The second person's answer. What the request says counts from where the person stands now.
 * @throws ProblemError `not-found`, `not-allowed` for who asked for it, `conflict` when it is decided
 */
export async function decideStatus(
  tx: Tx,
  clock: Clock,
  of: { personId: string; changeId: string; decision: 'approve' | 'refuse'; actor: string },
): Promise<StatusChangeRow> {
  // The ledger first, as everywhere: the gate waits for nobody who waits for it.
  const from = await lockedStatus(tx, of.personId);
  const request = await readStatusChange(tx, of.changeId);
  if (request === null || request.personId !== of.personId) throw problem('not-found', 'There is no such request.');
  if (request.state !== 'requested') throw problem('conflict', `The request was ${request.state}.`);
  if (!mayDecide(request.requestedBy, of.actor))
    throw problem('not-allowed', 'Nobody decides what he asked for himself.');
  if (of.decision === 'approve' && changeStatus(from, request.to).answer === 'refused')
    throw problem('conflict', `The person already is ${from}.`);
  const at = clock.nowIso();
  const state = of.decision === 'approve' ? ('applied' as const) : ('refused' as const);
  await decideStatusChange(tx, { changeId: of.changeId, from, state, by: of.actor, at });
  const decided = { ...request, from, state, decidedBy: of.actor, decidedAt: new Date(at) };
  if (state === 'applied') await apply(tx, decided);
  return decided;
}

async function lockedStatus(tx: Tx, personId: string): Promise<PersonStatus> {
  const ledgers = await lockLedgers(tx, [personId]);
  return ledgers.rows.find((row) => row.personId === personId)?.status ?? 'normal';
}

/** The ledger, every open case that he has to do with, and every debtor's topic key. */
async function apply(tx: Tx, change: StatusChangeRow): Promise<void> {
  const { changeId, personId, from, to, reason, decidedAt, decidedBy } = change;
  const version = await saveStatus(tx, personId, to);
  const at = (decidedAt ?? change.requestedAt).toISOString();
  for (const { debtorId, caseId } of once(await concernedBy(tx, [personId]))) {
    const data = { personId, debtorId, from, to, neverContact: isNeverContacted(to), at };
    const fact = {
      type: 'arrears.contacts.person-status-changed.v1' as const,
      ...{ debtorId, aggregate: changeId, version, data, at },
    };
    if (caseId === null) await publish(tx, [fact]);
    else {
      const told = { changeId, personId, from, to, reason };
      const actor = decidedBy ?? change.requestedBy;
      const head = await journal.append(tx, { caseId, kind: 'person-status-changed', at, actor, data: told });
      await publish(tx, [{ ...fact, caseId, head }]);
    }
  }
}

/** A debtor with several agreements is told once a case; one without any open case once. */
function once(concerned: readonly { debtorId: string; caseId: string | null }[]) {
  const open = concerned.filter(({ caseId }) => caseId !== null);
  const others = concerned.filter(
    ({ debtorId, caseId }, index) =>
      caseId === null &&
      !open.some((one) => one.debtorId === debtorId) &&
      concerned.findIndex((one) => one.debtorId === debtorId) === index,
  );
  return [...open, ...others];
}
