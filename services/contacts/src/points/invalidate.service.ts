import type { Clock } from '@arrears/clock';
import type { MessageReturned, PointFault } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { concernedBy } from '../concerned.store.js';
import { lockLedgers, lockNumbers, touchLedgers } from '../gate/ledgers.store.js';
import { barNumber, findPoint, markInvalid, pointsWithNumber, type ChangedRow, type PointRef } from './point.store.js';
import { tellPoints } from './publish-point.js';

/** What a dial may have shown: nobody has the number, it is switched off for good, or somebody else has it. */
export const numberFaults = ['wrong-person', 'empty-number', 'suspended'] as const;
export type NumberFault = (typeof numberFaults)[number];

/**
 * A number that is dead is dead for everybody who was known with it, under every agreement, at once. One that belongs to a
 * stranger is never dialled again, whoever gives it: it is barred by its blind index.
 * @throws ProblemError `not-found`
 */
export async function invalidateNumber(
  tx: Tx,
  clock: Clock,
  of: { contactPointId: string; because: NumberFault; actor: string },
): Promise<ChangedRow[]> {
  const [known] = await findPoint(tx, of.contactPointId);
  if (known === undefined) throw problem('not-found', 'There is no such contact point.');
  const found = await pointsWithNumber(tx, known.number);
  await lockLedgers(tx, personsOf(found));
  await lockNumbers(tx, [known.number]);
  const at = clock.nowIso();
  if (of.because === 'wrong-person')
    await barNumber(tx, { numbers: [known.number], because: 'wrong-person', at, actor: of.actor });
  // Read again: somebody may have been taken in with this number while we waited.
  return invalidate(tx, await pointsWithNumber(tx, known.number), { ...of, at });
}

/** Reasons of a returned letter or e-mail that say that nobody is reached there. */
const deadAddress = {
  'unknown-address': true,
  moved: true,
  'no-mailbox': true,
  blocked: true,
} as const satisfies Partial<Record<MessageReturned['because'] & PointFault, true>>;
const isDead = (because: MessageReturned['because']): because is keyof typeof deadAddress =>
  Object.hasOwn(deadAddress, because);

/** A letter or an e-mail that came back: the address is dead for this human under all his ids, for others it may be right. */
export async function takeReturned(tx: Tx, clock: Clock, returned: MessageReturned): Promise<ChangedRow[]> {
  const { contactPointId, because } = returned;
  if (contactPointId === undefined || !isDead(because)) return [];
  const found = await findPoint(tx, contactPointId);
  const [known] = found;
  if (known === undefined) return [];
  const ledgers = await lockLedgers(tx, personsOf(found));
  const his = ledgers.idsOf(known.personId);
  const same = (await pointsWithNumber(tx, known.number)).filter(({ personId }) => his.includes(personId));
  return invalidate(tx, same, { because, actor: 'service:notifications', at: clock.nowIso() });
}

async function invalidate(
  tx: Tx,
  points: readonly PointRef[],
  of: { because: PointFault; actor: string; at: string },
): Promise<ChangedRow[]> {
  const contactPointIds = [...new Set(points.map((point) => point.contactPointId))];
  const changed = await markInvalid(tx, { contactPointIds, because: of.because });
  await touchLedgers(tx, personsOf(points));
  await tellPoints(tx, changed, await concernedBy(tx, personsOf(changed)), {
    ...{ at: of.at, actor: of.actor },
    change: { fault: of.because },
  });
  return changed;
}

const personsOf = (points: readonly { personId: string }[]) => [...new Set(points.map(({ personId }) => personId))];
