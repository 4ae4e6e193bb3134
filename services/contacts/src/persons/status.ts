import type { PersonStatusChanged, Purpose } from '@arrears/contracts';

/**
 * Where a person stands. Pure. From `normal` one may be represented, unable to act, said to be dead, dead; every way is
 * open in principle, but a death and every way back need a second person, since both are hard to undo for those concerned.
 */
export type PersonStatus = PersonStatusChanged['to'];
export const personStatuses = ['normal', 'represented', 'no-capacity', 'claimed-dead', 'dead'] as const;

/**
 * Purposes for which a person of this status may still be contacted himself. Who is represented gets what must reach him in
 * person; whom somebody called dead may be answered when he calls; the dead and who cannot act are never contacted.
 */
const stillAllowed: Readonly<Record<PersonStatus, readonly Purpose[] | 'all'>> = {
  normal: 'all',
  represented: ['serve', 'legal-notice', 'statutory-notice', 'complaint-reply'],
  'no-capacity': [],
  'claimed-dead': ['serve'],
  dead: [],
};

export function allowsPurpose(status: PersonStatus, purpose: Purpose): boolean {
  const allowed = stillAllowed[status];
  return allowed === 'all' || allowed.includes(purpose);
}

/** Nobody may ever contact this person again while it stands. */
export function isNeverContacted(status: PersonStatus): boolean {
  return status === 'dead';
}

/** How far a status takes a person out of contact; several ids of one human have the gravest of all. */
const gravity: Readonly<Record<PersonStatus, number>> = {
  normal: 0,
  represented: 1,
  'claimed-dead': 2,
  'no-capacity': 3,
  dead: 4,
};
export function gravest(statuses: readonly PersonStatus[]): PersonStatus {
  return statuses.reduce((worst, status) => (gravity[status] > gravity[worst] ? status : worst), 'normal');
}

export type StatusChange =
  /** In force at once. */
  | { answer: 'apply' }
  /** A second person must agree first. */
  | { answer: 'request' }
  | { answer: 'refused'; because: string };

/** May this status follow that one, and does it need a second person? */
export function changeStatus(from: PersonStatus, to: PersonStatus): StatusChange {
  if (from === to) return { answer: 'refused', because: `The person already is ${to}.` };
  if (to === 'dead' || gravity[to] < gravity[from]) return { answer: 'request' };
  return { answer: 'apply' };
}

/** Nobody decides what he asked for himself. */
export function mayDecide(requestedBy: string, decidedBy: string): boolean {
  return requestedBy !== decidedBy;
}
