import { setTimeout as sleep } from 'node:timers/promises';
import { schemaReached, type Database, type MigrationFolder } from '@arrears/persistence';
import type { ServiceContext } from './run-service.js';

const lookMs = 500;

/**
 * Waits until the database has all that this build needs: a process that comes before its migrations is not ready, and
 * does not crash. Once reached it stays reached, so that a database that is away later takes nobody's readiness.
 */
export async function untilSchema(
  { health, log, onStop }: Pick<ServiceContext, 'health' | 'log' | 'onStop'>,
  db: Database,
  folders: readonly MigrationFolder[],
): Promise<void> {
  let reached = false;
  let stopped = false;
  health.readiness('schema', () => reached);
  onStop('schema', () => void (stopped = true));
  for (let told = false; !stopped; await sleep(lookMs)) {
    const found = await schemaReached(db, folders);
    reached = found.reached;
    if (reached) return;
    if (!told) log.warn('schema-behind', { count: found.missing.length });
    told = true;
  }
  throw new Error('stopped before the database had its schema');
}
