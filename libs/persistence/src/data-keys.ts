import { randomBytes } from 'node:crypto';
import type { Database } from './database.js';
import type { KeyRing } from './key-ring.js';
import { seal, unseal } from './seal.js';

/** Where the data keys of one table live: its name and the columns that name a key. */
export interface KeyTable {
  table: 'person_keys' | 'day_keys';
  columns: readonly [string, string];
}

/** Data keys in clear, kept for at most a minute: a key destroyed by another process is gone here within that time. */
export interface DataKeys {
  /** Makes the key when there is none. Undefined = it was destroyed. */
  forWriting(name: readonly [string, string]): Promise<Buffer | undefined>;
  /** Undefined = destroyed, or there never was one. */
  forReading(name: readonly [string, string]): Promise<Buffer | undefined>;
  forget(name: readonly [string, string]): void;
}

interface Row {
  master_key_id: string;
  wrapped: Buffer | null;
}

const keptForMs = 60_000;
const mostKept = 10_000;

export function dataKeys(open: () => Promise<Database>, ring: KeyRing, { table, columns }: KeyTable): DataKeys {
  const kept = new Map<string, { key: Buffer; until: number }>();
  const [first, second] = columns;
  const nameOf = (name: readonly [string, string]) => `${table}|${name[0]}|${name[1]}`;

  const keep = (name: string, key: Buffer): Buffer => {
    // A Map keeps the order of insertion: the first one is the oldest.
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '');
    kept.set(name, { key, until: performance.now() + keptForMs });
    return key;
  };
  const keptKey = (name: string): Buffer | undefined => {
    const found = kept.get(name);
    if (found && found.until > performance.now()) return found.key;
    kept.delete(name);
    return undefined;
  };
  const unwrap = (name: string, row: Row): Buffer | undefined => {
    if (row.wrapped === null) return undefined;
    const master = ring.keys.get(row.master_key_id);
    if (!master) throw new Error(`master key "${row.master_key_id}" is not in the ring`);
    return keep(name, unseal(master, name, row.wrapped));
  };
  const read = async (name: readonly [string, string]): Promise<Row | undefined> => {
    const [row] = await (
      await open()
    ).query<Row>(`SELECT master_key_id, wrapped FROM ${table} WHERE ${first} = $1 AND ${second} = $2`, name);
    return row;
  };

  return {
    forReading: async (name) => {
      const known = keptKey(nameOf(name));
      if (known) return known;
      const row = await read(name);
      return row && unwrap(nameOf(name), row);
    },
    forWriting: async (name) => {
      const known = keptKey(nameOf(name));
      if (known) return known;
      const found = await read(name);
      if (found) return unwrap(nameOf(name), found);
      const master = ring.keys.get(ring.active);
      if (!master) throw new Error(`master key "${ring.active}" is not in the ring`);
      const wrapped = seal(master, nameOf(name), randomBytes(32));
      await (
        await open()
      ).execute(
        `INSERT INTO ${table} (${first}, ${second}, master_key_id, wrapped) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [...name, ring.active, wrapped],
      );
      // Another process may have been faster: what stands in the table is the key.
      const row = await read(name);
      return row && unwrap(nameOf(name), row);
    },
    forget: (name) => void kept.delete(nameOf(name)),
  };
}
