import type { AccountId, Channel, Purpose } from '../shapes/base.js';
import type { ContactPoint, SnapshotPerson } from '../shapes/snapshot.js';
import { CHANNELS } from '../shapes/base.js';
import type { ImpossibleReason } from '../shapes/step.js';
import type { Reason } from '../shapes/decision.js';
import type { PlanContext } from './context.js';
import { contactBars } from './holds.js';
import type { Group } from './merge.js';
import { reason } from './reasons.js';
import { purposeOf } from './standing.js';

export interface Recipient {
  person: SnapshotPerson;
  /** usable, reserved ones first, then confirmed ones */
  points: ContactPoint[];
  covers: AccountId[];
}
export type Targets = { found: Recipient[] } | { impossible: ImpossibleReason } | { barred: Reason };

const isChannel = (kind: string): kind is Channel => (CHANNELS as readonly string[]).includes(kind);
const THIRDS: ReadonlySet<string> = new Set(['relatedThird', 'unrelatedThird']);

/** Finds whom a step goes to: the first role in its list with somebody who may and can be reached, or all of a role. */
export function targetsOf(ctx: PlanContext, group: Group, covers: AccountId[]): Targets {
  const { def } = group.step;
  const purpose = purposeOf(group.step);
  let denied = false;
  let barred: Reason | null = null;
  for (const { role, each } of def.target) {
    const found: Recipient[] = [];
    for (const person of ctx.s.persons) {
      if (person.role !== role) continue;
      const mine = covers.filter((account) => person.accounts.includes(account));
      if (mine.length === 0 || !stillToTell(group, person)) continue;
      if (!mayBeAddressed(person, purpose)) {
        denied = true;
        continue;
      }
      const free = mine.filter(
        (account) => contactBars(ctx.holds, ctx.now, account, person.personId, purpose).length === 0,
      );
      if (free.length === 0) {
        const bar = contactBars(ctx.holds, ctx.now, mine[0] as AccountId, person.personId, purpose)[0];
        barred = reason('hold', { step: def.id, rule: bar?.hold.kind, until: bar?.until ?? undefined });
        continue;
      }
      const points = isChannel(def.kind) ? usablePoints(person, def.kind, purpose) : [];
      if (points === 'opted-out') denied = true;
      else if (points.length > 0 || !isChannel(def.kind)) found.push({ person, points, covers: free });
    }
    if (found.length > 0) return { found: each === true ? found : found.slice(0, 1) };
  }
  if (barred !== null) return { barred };
  return { impossible: denied ? 'denied-never' : 'no-contact-point' };
}

function stillToTell(group: Group, person: SnapshotPerson): boolean {
  const waiting = group.members.filter((member) => member.persons !== null);
  return waiting.length === 0 || waiting.some((member) => member.persons?.has(person.personId));
}

/** The dead, the claimed dead and those who refused for ever are left alone; a third person is only asked where someone is. */
export function mayBeAddressed(person: SnapshotPerson, purpose: Purpose): boolean {
  if (person.neverContact || person.status === 'dead' || person.status === 'claimed-dead') return false;
  if (person.status === 'no-capacity') return false;
  if (person.status === 'represented' && person.role !== 'representative' && purpose === 'collect') return false;
  return !THIRDS.has(person.role) || purpose === 'locate';
}

function usablePoints(person: SnapshotPerson, channel: Channel, purpose: Purpose): ContactPoint[] | 'opted-out' {
  const reachable = person.points.filter((point) => point.channel === channel && point.valid !== 'no');
  const open = reachable.filter((point) => !point.optedOut.includes(purpose));
  if (open.length === 0) return reachable.length > 0 ? 'opted-out' : [];
  return open.sort(
    (a, b) => Number(b.reserved) - Number(a.reserved) || validity(a) - validity(b) || (a.id < b.id ? -1 : 1),
  );
}
const validity = (point: ContactPoint): number => (point.valid === 'yes' ? 0 : 1);

/** Nobody on the case could be reached by any channel at all. */
export function nobodyReachable(ctx: PlanContext): boolean {
  return !ctx.s.persons.some(
    (person) =>
      !THIRDS.has(person.role) &&
      mayBeAddressed(person, 'collect') &&
      person.points.some((point) => point.valid !== 'no'),
  );
}
