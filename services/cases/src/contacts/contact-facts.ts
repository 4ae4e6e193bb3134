import type { ContactPointChanged, MessageFact, MessageFailed, PermitDenied } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { caseStore, type CaseRow, type StoredPoint } from '../cases/case.store.js';
import { wakeRecord } from '../cases/changes.js';
import { readEffectKey } from '../decisions/snapshot.js';
import type { Ledger } from '../ledger.js';
import { replaces, stepFactOf, type DeliveryName } from './deliveries.js';
import { deliveryStore } from './deliveries.store.js';

const isoInstant = (instant: string): string => new Date(instant).toISOString();

/** What became of a message ends its step; only what can change the plan wakes the case. */
export async function takeDelivery(
  tx: Tx,
  ledger: Ledger,
  name: DeliveryName,
  fact: MessageFact | MessageFailed,
  eventId: string,
): Promise<void> {
  const key = readEffectKey(fact.effectKey);
  if (key === null) return;
  const row = await caseStore.lock(tx, key.caseId);
  const known = row === null ? null : await deliveryStore.lockStep(tx, key);
  if (row === null || known === null) return;
  const news = stepFactOf(name, fact);
  if (!replaces(known.outcome, news.outcome)) return;
  const at = isoInstant(fact.at);
  await deliveryStore.endStep(tx, key, news.outcome, at);
  ledger.metrics.stepEnded(key.step, news.outcome);
  if (news.denial !== undefined) await deliveryStore.keepDenials(tx, key.caseId, key.step, [news.denial], at);
  if (news.wakes) await wakeCase(tx, ledger, row, eventId);
}

/**
 * Wakes the workflow for a fact that is no event of the case. As an update, since a signal with a `caseSeq` that the
 * workflow has already seen would be taken for old news.
 */
export async function wakeCase(tx: Tx, ledger: Ledger, row: CaseRow, commandId: string): Promise<void> {
  if (row.status !== 'open') return;
  const record = wakeRecord(ledger, row, { do: 'command', commandId, name: 'wake' });
  if (record !== null) await appendOutbox(tx, [record]);
}

/** The gate's no is a hint for the next plan; the message still waits, so nothing is woken. */
export async function takeDenial(tx: Tx, fact: PermitDenied): Promise<void> {
  await deliveryStore.keepDenials(tx, fact.caseId, fact.step, fact.denials, isoInstant(fact.at));
}

/** A point that was barred, freed or found invalid changes who can be reached: the cases of that person think again. */
export async function takePoint(tx: Tx, ledger: Ledger, fact: ContactPointChanged, eventId: string): Promise<void> {
  const { agreementId, personId, contactPointId, kind, reserved, valid, optedOut, version } = fact;
  const point: StoredPoint = { id: contactPointId, kind, reserved, valid, optedOut, version };
  if (!(await deliveryStore.keepPoint(tx, { agreementId, personId, point }))) return;
  for (const caseId of await deliveryStore.openCasesOf(tx, agreementId, personId)) {
    const row = await caseStore.lock(tx, caseId);
    if (row !== null) await wakeCase(tx, ledger, row, `${eventId}/${caseId}`.slice(0, 200));
  }
}
