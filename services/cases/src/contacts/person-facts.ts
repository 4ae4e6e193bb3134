import type { ContactPointChanged, EventData } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { caseStore, type StoredPoint } from '../cases/case.store.js';
import { holdForNumberCheck } from '../holds/hold.service.js';
import type { Ledger } from '../ledger.js';
import { isoInstant, wakeCase } from './contact-facts.js';
import { deliveryStore } from './deliveries.store.js';
import { storyStore, type Told } from './story.store.js';

type StatusChanged = EventData<'arrears.contacts.person-status-changed.v1'>;
type Refused = EventData<'arrears.contacts.third-party-refused.v1'>;

/**
 * A point that was barred, freed or found invalid changes who can be reached: the cases of that person think again. One
 * that turned out to be a stranger's holds whatever else would go to him.
 */
export async function takePoint(tx: Tx, ledger: Ledger, fact: ContactPointChanged, event: Told): Promise<void> {
  const { agreementId, personId, contactPointId, kind, reserved, valid, because, optedOut, version } = fact;
  const point: StoredPoint = { id: contactPointId, kind, reserved, valid, optedOut, version };
  const isNews = await deliveryStore.keepPoint(tx, { agreementId, personId, point });
  if (because === 'wrong-person') {
    for (const caseId of await deliveryStore.openCasesOf(tx, { agreementId, personId })) {
      const row = await caseStore.lock(tx, caseId);
      if (row?.status !== 'open') continue;
      const story = { at: isoInstant(fact.at), kind: 'number-of-a-stranger', data: { personId, contactPointId } };
      await storyStore.tell(tx, { caseId, ...story, head: null });
      await holdForNumberCheck(tx, ledger, row, { personId, actor: 'service:contacts' });
    }
  }
  if (!isNews) return;
  await wakeCasesOf(tx, ledger, { agreementId, personId }, event, null);
}

/** He died, or it is said; he is represented; he was wrongly thought dead: whatever the agreement, his cases think again. */
export async function takeStatus(tx: Tx, ledger: Ledger, fact: StatusChanged, event: Told): Promise<void> {
  const { personId, to, neverContact } = fact;
  const at = isoInstant(fact.at);
  if (!(await deliveryStore.keepStatus(tx, { personId, status: to, neverContact, at }))) return;
  const { from } = fact;
  await wakeCasesOf(tx, ledger, { agreementId: null, personId }, event, {
    at,
    kind: 'person-status-changed',
    data: { personId, from, to, neverContact },
  });
}

/** Somebody who is not the debtor refused to be contacted: never again, in any case of anyone. */
export async function takeRefusal(tx: Tx, ledger: Ledger, { personId, at }: Refused, event: Told): Promise<void> {
  if (!(await deliveryStore.refused(tx, personId))) return;
  const story = { at: isoInstant(at), kind: 'third-party-refused', data: { personId } };
  await wakeCasesOf(tx, ledger, { agreementId: null, personId }, event, story);
}

async function wakeCasesOf(
  tx: Tx,
  ledger: Ledger,
  whose: { agreementId: string | null; personId: string },
  event: Told,
  story: { at: string; kind: string; data: object } | null,
): Promise<void> {
  for (const caseId of await deliveryStore.openCasesOf(tx, whose)) {
    const row = await caseStore.lock(tx, caseId);
    if (row === null) continue;
    if (story !== null) await storyStore.tell(tx, { caseId, ...story, head: null });
    await wakeCase(tx, ledger, row, `${event.id}/${caseId}`.slice(0, 200));
  }
}
