import type { Clock } from '@arrears/clock';
import { newId, type MessageReceived } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { concernedBy } from '../concerned.store.js';
import { lockLedgers, touchLedgers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { findPoint, setOptedOut } from '../points/point.store.js';
import { tellPoints } from '../points/publish-point.js';
import type { ConsentKind } from './consent.js';
import { addHistory, insertConsent, readConsent, withdrawConsent, type HistoryEntry } from './consent.store.js';

export interface GivenConsent {
  personId: string;
  agreementId: string;
  kind: ConsentKind;
  contactPointId: string | null;
  givenAt: string;
  proof: string;
  actor: string;
}

/** @throws ProblemError `conflict` for a consent of the future, or for a point that is not this person's */
export async function giveConsent(tx: Tx, clock: Clock, given: GivenConsent): Promise<{ consentId: string }> {
  const { personId, agreementId, kind, contactPointId, proof, actor } = given;
  if (Date.parse(given.givenAt) > clock.now()) throw problem('conflict', 'A consent is not given in the future.');
  await lockLedgers(tx, [personId]);
  if (contactPointId !== null) await mustBeHis(tx, { contactPointId, personId, agreementId });
  const consentId: string = newId<'ConsentId'>();
  const givenAt = new Date(given.givenAt).toISOString();
  await insertConsent(tx, {
    ...{ consentId, personId, agreementId, kind, contactPointId, givenAt, proof },
    recordedBy: actor,
  });
  await tell(tx, clock, {
    personId,
    agreementId,
    what: 'given',
    kind,
    contactPointId,
    source: consentId,
    recordedBy: actor,
  });
  return { consentId };
}

/** From the moment this is committed the gate no longer knows it. Withdrawing twice is once. */
export async function withdraw(
  tx: Tx,
  clock: Clock,
  of: { consentId: string; proof: string | null; actor: string },
): Promise<{ consentId: string; withdrawnAt: string }> {
  const found = await readConsent(tx, of.consentId);
  if (found === null) throw problem('not-found', 'There is no such consent.');
  await lockLedgers(tx, [found.personId]);
  const consent = (await readConsent(tx, of.consentId, 'FOR UPDATE')) ?? found;
  const { consentId, personId, agreementId, kind, contactPointId, withdrawnAt } = consent;
  if (withdrawnAt !== null) return { consentId, withdrawnAt: withdrawnAt.toISOString() };
  const at = clock.nowIso();
  await withdrawConsent(tx, { ...of, at });
  await touchLedgers(tx, [personId]);
  const entry = { personId, agreementId, kind, contactPointId, source: consentId, recordedBy: of.actor };
  await tell(tx, clock, { ...entry, what: 'withdrawn' });
  return { consentId, withdrawnAt: at };
}

/** “退订” or STOP: the channel is closed for this point under this agreement until he asks for it again. */
export async function takeOptOut(tx: Tx, clock: Clock, received: MessageReceived): Promise<void> {
  const { personId, agreementId, contactPointId, channel, inboundId } = received;
  const out = received.kind === 'opt-out';
  await lockLedgers(tx, [personId]);
  const changed = await setOptedOut(tx, { contactPointId, agreementId, channel, out });
  if (changed === null) return;
  await touchLedgers(tx, [personId]);
  const what = out ? 'opted-out' : 'opted-in';
  const recordedBy = 'service:notifications';
  await tell(tx, clock, { personId, agreementId, what, kind: channel, contactPointId, source: inboundId, recordedBy });
  const at = clock.nowIso();
  await tellPoints(tx, [changed], await concernedBy(tx, [personId]), { at, actor: recordedBy, change: { said: what } });
}

async function mustBeHis(tx: Tx, of: { contactPointId: string; personId: string; agreementId: string }): Promise<void> {
  const known = await findPoint(tx, of.contactPointId);
  if (!known.some(({ personId, agreementId }) => personId === of.personId && agreementId === of.agreementId))
    throw problem('conflict', 'The contact point is not one of this person under this agreement.');
}

/** Into the history, and into the journal of every open case under the agreement that he has to do with. */
async function tell(tx: Tx, clock: Clock, entry: Omit<HistoryEntry, 'at'>): Promise<void> {
  const at = clock.nowIso();
  await addHistory(tx, { ...entry, at });
  const { personId, agreementId, kind, source, contactPointId, what, recordedBy } = entry;
  for (const one of await concernedBy(tx, [personId])) {
    if (one.caseId === null || one.agreementId !== agreementId) continue;
    const data = { personId, kind, source, ...(contactPointId === null ? {} : { contactPointId }) };
    await journal.append(tx, { caseId: one.caseId, kind: `consent-${what}`, at, actor: recordedBy, data });
  }
}
