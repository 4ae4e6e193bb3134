import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { concernedBy, isCaseOf } from '../concerned.store.js';
import { lockLedgers, lockNumbers } from '../gate/ledgers.store.js';
import { journal } from '../journal.js';
import { barNumber } from '../points/point.store.js';
import { publish } from '../publish.js';
import { insertRefusal, numbersOf, refuseLedger } from './refusal.store.js';

export interface Refusal {
  personId: string;
  /** Whose debt he was contacted about. */
  debtorId: string;
  agreementId: string;
  caseId: string | null;
  evidence: string | null;
  actor: string;
}

/**
 * He asked not to be contacted: never again as a third person, in any case of anyone. By his id, and by every number that is
 * known of him, since each loan that names him as a contact person gives him another id. A debt of his own is another matter.
 */
export async function recordRefusal(tx: Tx, clock: Clock, refusal: Refusal): Promise<{ refusalId: string }> {
  const { personId, debtorId, agreementId, caseId, actor } = refusal;
  if (personId === debtorId) throw problem('conflict', 'The debtor himself is no third person.');
  const concerned = await concernedBy(tx, [personId]);
  if (!concerned.some((one) => one.debtorId === debtorId && one.agreementId === agreementId))
    throw problem('conflict', 'This person has no part in a debt of this debtor.');
  if (caseId !== null && !(await isCaseOf(tx, caseId, debtorId, agreementId)))
    throw problem('conflict', 'The case is not one of this debtor.');
  await lockLedgers(tx, [personId]);
  const numbers = await numbersOf(tx, personId);
  await lockNumbers(tx, numbers);
  const at = clock.nowIso();
  const refusalId: string = newId<'RefusalId'>();
  await refuseLedger(tx, personId, at);
  await barNumber(tx, { numbers, because: 'third-party-refused', at, actor });
  await insertRefusal(tx, { ...refusal, refusalId, at });

  for (const one of concerned) {
    const data = { personId, debtorId: one.debtorId, at };
    const fact = {
      type: 'arrears.contacts.third-party-refused.v1' as const,
      ...{ debtorId: one.debtorId, aggregate: `${refusalId}|${one.agreementId}`, version: 1, data, at },
    };
    if (one.caseId === null) await publish(tx, [fact]);
    else {
      const entry = { caseId: one.caseId, kind: 'third-party-refused' as const, at, actor };
      const head = await journal.append(tx, { ...entry, data: { refusalId, personId } });
      await publish(tx, [{ ...fact, caseId: one.caseId, head }]);
    }
  }
  return { refusalId };
}
