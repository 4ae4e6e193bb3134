import type { ContactPointChanged } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { Concerned } from '../concerned.store.js';
import { journal } from '../journal.js';
import { publish, type Told } from '../publish.js';
import type { ChangedRow } from './point.store.js';

const type = 'arrears.contacts.contact-point-changed.v1';

export function pointFact(point: ChangedRow, debtorId: string, at: string): Told {
  const { contactPointId, personId, agreementId, kind, reserved, valid, optedOut, version } = point;
  const data: ContactPointChanged = {
    ...{ personId, agreementId, contactPointId, kind, reserved, valid, optedOut, version, at },
  };
  return { type, debtorId, aggregate: `${contactPointId}|${agreementId}`, version, data, at };
}

/** Tells every debtor's topic key and every open case that has to do with the points. */
export async function tellPoints(
  tx: Tx,
  points: readonly ChangedRow[],
  concerned: readonly Concerned[],
  of: { at: string; actor: string; because: string },
): Promise<void> {
  for (const { personId, agreementId, debtorId, caseId } of concerned)
    for (const point of points.filter((one) => one.personId === personId && one.agreementId === agreementId)) {
      const fact = pointFact(point, debtorId, of.at);
      if (caseId === null) await publish(tx, [fact]);
      else {
        const data = { contactPointId: point.contactPointId, personId, valid: point.valid, because: of.because };
        const entry = { caseId, kind: 'contact-point-changed' as const, at: of.at, actor: of.actor, data };
        await publish(tx, [{ ...fact, caseId, head: await journal.append(tx, entry) }]);
      }
    }
}
