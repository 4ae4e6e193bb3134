import { replayParked } from '@arrears/messaging';
import type { Logger } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { parkedStore } from './parked.store.js';
import { startSweeping } from '../sweeping.js';

const sweepMs = 2_000;

/** Lets through what was parked for want of an agreement that has been created since. @returns how many keys */
export async function releaseForAgreements(database: Database): Promise<number> {
  const waiting = await parkedStore.waitingForAgreement(database);
  for (const key of waiting) await replayParked(database, key, 'cases', 'the agreement was created');
  return waiting.length;
}

/**
 * Keeps looking, since an event may be parked in the very moment in which its agreement is committed, and the process that
 * created it need not be the one that handles events.
 */
export function startReleasing(database: Database, log: Logger): { stop: () => Promise<void> } {
  const sweep = () => releaseForAgreements(database).then(() => false);
  return startSweeping({ sweep, pollMs: sweepMs, name: 'release', log });
}
