import type { Clock } from '@arrears/clock';
import { defineEvents, failureFields, type Logger, type PlatformEvent } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { assumePlaced } from './settle.service.js';
import { openDials } from './settle.store.js';

const [assumed, failed] = defineEvents(['dials-assumed-placed', 'dials-not-settled']);
type Event = PlatformEvent | typeof assumed | typeof failed;

/** Business time after which a dial that nobody told anything of counts as placed. */
export const unsettledAfterMs = 24 * 3_600_000;
/** Real time between two looks. */
const lookEveryMs = 30_000;
const atOnce = 100;

/** Settles dials whose call details never came. Only rows that are due are read. @returns how many it settled */
export async function settleForgottenDials(db: Database, clock: Clock): Promise<number> {
  const before = new Date(clock.now() - unsettledAfterMs).toISOString();
  let settled = 0;
  for (;;) {
    const due = await openDials(db, before, atOnce);
    // One transaction each: a dial whose details come at this moment holds up no other.
    for (const permitId of due)
      if ((await db.transaction((tx) => assumePlaced(tx, clock, permitId))) !== null) settled += 1;
    if (due.length < atOnce) return settled;
  }
}

/** Looks again and again until stopped. A look that fails is tried again with the next. */
export function startSettlingForgottenDials(parts: {
  db: Database;
  clock: Clock;
  log: Logger<Event>;
}): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      const settled = await settleForgottenDials(parts.db, parts.clock);
      if (settled > 0) parts.log.info(assumed, { count: settled });
    } catch (error) {
      parts.log.error(failed, failureFields(error));
    }
    if (!stopped) timer = setTimeout(again, lookEveryMs);
  };
  const again = () => {
    looking = look();
  };
  again();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
  };
}
