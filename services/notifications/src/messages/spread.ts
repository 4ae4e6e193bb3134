import { createHash } from 'node:crypto';

/** Business time over which messages that wait for the same moment leave, one after another, when nothing else is told. */
export const defaultSpreadMs = 30 * 60_000;

/** A place between 0 and 1 that belongs to this id: the same at each asking, and even over many ids. */
export function placeOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * When a message that must wait until `opens` leaves: the end of the quiet hours is an even release, not a burst.
 * @param notAfter the spread never reaches past it; what has less room is spread over the room there is
 */
export function spreadOver(id: string, opens: string, notAfter: string, spreadMs: number): string {
  const from = Date.parse(opens);
  const room = Math.max(0, Math.min(spreadMs, Date.parse(notAfter) - from));
  return new Date(from + Math.floor(placeOf(id) * room)).toISOString();
}
