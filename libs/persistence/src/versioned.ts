import type { Tx } from './database.js';

/** Somebody changed the row since it was read (or it is gone): HTTP answers it with 412. */
export class VersionMismatch extends Error {
  override readonly name = 'VersionMismatch';

  constructor(readonly table: string) {
    super(`the row of ${table} has another version than the one that was read`);
  }
}

/**
 * `UPDATE … WHERE id AND version`, raising the version by one; gives the new version.
 * `set` maps column names to values; names come from code, never from input, and are checked all the same.
 */
export async function updateVersioned(
  tx: Tx,
  table: string,
  row: { id: string; version: number },
  set: Readonly<Record<string, unknown>>,
): Promise<number> {
  const columns = Object.keys(set);
  for (const name of [table, ...columns])
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`not a plain SQL name: ${name}`);
  const assignments = columns.map((column, index) => `${column} = $${index + 3}, `).join('');
  const rows = await tx.query<{ version: number | string }>(
    `UPDATE ${table} SET ${assignments}version = version + 1 WHERE id = $1 AND version = $2 RETURNING version`,
    [row.id, row.version, ...Object.values(set)],
  );
  const [updated] = rows;
  if (updated === undefined) throw new VersionMismatch(table);
  return Number(updated.version);
}
