import type { ContactRecorded, MessageReceived, PermitDenied } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { stepIn, waitsFor } from '@arrears/treatment';
import { caseStore, type CaseRow } from '../cases/case.store.js';
import { wakeRecord } from '../cases/changes.js';
import { readEffectKey } from '../decisions/snapshot.js';
import type { Ledger } from '../ledger.js';
import { proofsOf, replaces, stepFactOf, type Delivery, type StepFact } from './deliveries.js';
import { deliveryStore, type KnownStep, type StepKey } from './deliveries.store.js';
import { headOf, storyStore, type Told } from './story.store.js';

export const isoInstant = (instant: string): string => new Date(instant).toISOString();

/** What became of a message ends its step and is told in the case's story; only what can change the plan wakes the case. */
export async function takeDelivery(tx: Tx, ledger: Ledger, delivery: Delivery, event: Told): Promise<void> {
  const { fact, name } = delivery;
  const key = readEffectKey(fact.effectKey);
  if (key === null) return;
  const row = await caseStore.lock(tx, key.caseId);
  if (row === null) return;
  await storyStore.tell(tx, {
    caseId: key.caseId,
    at: isoInstant(fact.at),
    kind: `message-${name}`,
    data: fact,
    head: headOf('notifications', event, ledger.clock.nowIso()),
  });
  const known = await deliveryStore.lockStep(tx, key);
  if (known === null) return;
  const news = stepFactOf(delivery);
  if (!replaces(known.outcome, news.outcome)) return;
  const at = isoInstant(news.at);
  await deliveryStore.endStep(tx, key, news.outcome, at);
  await keepProofs(tx, delivery, key, at);
  ledger.metrics.stepEnded(key.step, news.outcome);
  if (news.denial !== undefined)
    await deliveryStore.keepDenials(tx, key.caseId, key.step, [news.denial], isoInstant(fact.at));
  if (isAwaited(ledger, news, key, known)) await wakeCase(tx, ledger, row, event.id);
}

/** Whether the plan could change: always, never, or when a policy of the case has a step or a condition that waits for it. */
function isAwaited(ledger: Ledger, news: StepFact, { step }: StepKey, known: KnownStep): boolean {
  if (news.wakes !== 'when-awaited') return news.wakes === 'always';
  return known.pins.some((pin) => {
    const policy = ledger.policies.get(pin);
    // A version that this process has not read yet: better a wake too many.
    return policy === null || waitsFor(policy, stepIn(policy, step, known.policyVersion) as never, news.outcome);
  });
}

async function keepProofs(tx: Tx, delivery: Delivery, { caseId }: StepKey, at: string): Promise<void> {
  const proofs = proofsOf(delivery);
  if (proofs === null) return;
  const { messageId, effectKey, covers, fileHash = null } = delivery.fact;
  await deliveryStore.keepProofs(tx, { caseId, effectKey, messageId, covers, fileHash, at, ...proofs });
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
export async function takeDenial(tx: Tx, ledger: Ledger, fact: PermitDenied, event: Told): Promise<void> {
  const at = isoInstant(fact.at);
  await deliveryStore.keepDenials(tx, fact.caseId, fact.step, fact.denials, at);
  const head = headOf('contacts', event, ledger.clock.nowIso());
  await storyStore.tell(tx, { caseId: fact.caseId, at, kind: 'permit-denied', data: fact, head });
}

/** A contact and what came of it. That the debtor himself was reached changes what conditions read of him. */
export async function takeContact(tx: Tx, ledger: Ledger, fact: ContactRecorded, event: Told): Promise<void> {
  const at = isoInstant(fact.at);
  const row = await caseStore.lock(tx, fact.caseId);
  if (row === null) return;
  const head = headOf('contacts', event, ledger.clock.nowIso());
  await storyStore.tell(tx, { caseId: fact.caseId, at, kind: 'contact-recorded', data: fact, head });
  if (fact.outcome !== 'effective-call') return;
  if (await deliveryStore.reached(tx, fact.personId, at)) await wakeCase(tx, ledger, row, event.id);
}

/** An answer or a refusal by message: told in the story. What it changes of a contact point comes as a fact of its own. */
export async function takeReceived(tx: Tx, ledger: Ledger, fact: MessageReceived, event: Told): Promise<void> {
  const { agreementId, debtorId } = fact;
  const cases =
    fact.caseId === undefined
      ? await deliveryStore.openCasesOf(tx, { agreementId, personId: debtorId })
      : [fact.caseId];
  const head = headOf('notifications', event, ledger.clock.nowIso());
  for (const caseId of cases)
    await storyStore.tell(tx, { caseId, at: isoInstant(fact.at), kind: 'message-received', data: fact, head });
}
