import type { ContactPointChanged, PointFault } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { Concerned } from '../concerned.store.js';
import { journal } from '../journal.js';
import { publish, type Told } from '../publish.js';
import type { ChangedRow } from './point.store.js';

const type = 'arrears.contacts.contact-point-changed.v1';

export function pointFact(
  point: ChangedRow,
  debtorId: string,
  { at, fault }: { at: string; fault: PointFault | null },
): Told {
  const { contactPointId, personId, agreementId, kind, reserved, valid, optedOut, version } = point;
  const data: ContactPointChanged = {
    ...{ personId, agreementId, contactPointId, kind, reserved, valid, optedOut, version, at },
    ...(fault !== null && { because: fault }),
  };
  return { type, debtorId, aggregate: `${contactPointId}|${agreementId}`, version, data, at };
}

/** Of a point: what is wrong with it; or of a channel: that its owner closed or opened it. */
export type PointChange = { fault: PointFault } | { said: 'opted-out' | 'opted-in' };

/** Tells every debtor's topic key and every open case that has to do with the points. */
export async function tellPoints(
  tx: Tx,
  points: readonly ChangedRow[],
  concerned: readonly Concerned[],
  of: { at: string; actor: string; change: PointChange },
): Promise<void> {
  const { at, actor, change } = of;
  const fault = 'fault' in change ? change.fault : null;
  const because = 'fault' in change ? change.fault : change.said;
  for (const { personId, agreementId, debtorId, caseId } of concerned)
    for (const point of points.filter((one) => one.personId === personId && one.agreementId === agreementId)) {
      const fact = pointFact(point, debtorId, { at, fault });
      if (caseId === null) await publish(tx, [fact]);
      else {
        const data = { contactPointId: point.contactPointId, personId, valid: point.valid, because };
        const entry = { caseId, kind: 'contact-point-changed' as const, at, actor, data };
        await publish(tx, [{ ...fact, caseId, head: await journal.append(tx, entry) }]);
      }
    }
}
