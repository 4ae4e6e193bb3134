import { hkdfSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from './database.js';
import { dataKeys } from './data-keys.js';
import type { KeyRing } from './key-ring.js';
import type { MigrationFolder } from './migrations.js';
import { seal, unseal } from './seal.js';

/** Tables of the keys' own database. */
export const keysMigrations: MigrationFolder = {
  name: 'keys',
  path: fileURLToPath(new URL('../migrations/keys', import.meta.url)),
};

/** Whose data: a person as one agreement knows him. */
export interface PersonOf {
  personId: string;
  agreementId: string;
}

/** Thrown when something is to be written for a person whose key was destroyed. */
export class KeyDestroyed extends Error {
  constructor() {
    super('the key was destroyed: nothing more may be kept of this person');
  }
}

export interface PersonKeys {
  /** Seals one field. It opens again only for the same person, agreement and field. @throws KeyDestroyed */
  encrypt(person: PersonOf, field: string, plain: string): Promise<Buffer>;
  /** Null = the key was destroyed. Throws when the bytes are not of this person and field. */
  decrypt(person: PersonOf, field: string, sealed: Buffer): Promise<string | null>;
  /** For good. Other processes notice within a minute, this one at once. */
  destroy(person: PersonOf): Promise<void>;
  /** Wraps up to `limit` keys anew that are not under the active master key; returns how many were. */
  rewrap(limit: number): Promise<number>;
  /** Keys derived from a person's key for what is kept outside the database. */
  readonly derived: DerivedKeys;
  /** Keys of a day, for what is kept as it was received. */
  readonly day: DayKeys;
  /** Rejects when the keys' database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** 32 bytes, the same each time for a person, agreement and purpose, and gone for good with the person's key. */
export interface DerivedKeys {
  /** Makes the person's key when there is none. @throws KeyDestroyed */
  forWriting(person: PersonOf, purpose: string): Promise<Buffer>;
  /** Null = the person's key was destroyed, or there never was one. */
  forReading(person: PersonOf, purpose: string): Promise<Buffer | null>;
}

/** Encryption with a key a day and purpose, for rows that are dropped by day: when the key goes, every copy goes. */
export interface DayKeys {
  /** @param day 'YYYY-MM-DD', the day of the partition that the ciphertext goes to */
  encrypt(day: string, purpose: string, plain: Buffer): Promise<Buffer>;
  /** Null when the day's key was destroyed. Throws when the bytes were not sealed for this day and purpose. */
  decrypt(day: string, purpose: string, sealed: Buffer): Promise<Buffer | null>;
  /** Destroys the keys of all days before this one; returns how many. */
  destroy(before: string): Promise<number>;
}

/** Opens lazily: a service that starts while the keys' database is away fails at the first use, not at the start. */
export function openPersonKeys({ url, ring }: { url: string; ring: KeyRing }): PersonKeys {
  let opening: Promise<Database> | undefined;
  const open = (): Promise<Database> => {
    opening ??= openDatabase({ url, name: 'keys', poolSize: 4 }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const persons = dataKeys(open, ring, { table: 'person_keys', columns: ['person_id', 'agreement_id'] });
  const days = dataKeys(open, ring, { table: 'day_keys', columns: ['purpose', 'day'] });
  const context = (person: PersonOf, field: string) => `${person.personId}|${person.agreementId}|${field}`;
  const derive = (key: Buffer, purpose: string) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32));

  return {
    encrypt: async (person, field, plain) => {
      const key = await persons.forWriting([person.personId, person.agreementId]);
      if (!key) throw new KeyDestroyed();
      return seal(key, context(person, field), Buffer.from(plain, 'utf8'));
    },
    decrypt: async (person, field, sealed) => {
      const key = await persons.forReading([person.personId, person.agreementId]);
      return key ? unseal(key, context(person, field), sealed).toString('utf8') : null;
    },
    destroy: async (person) => {
      persons.forget([person.personId, person.agreementId]);
      await (
        await open()
      ).execute(
        `INSERT INTO person_keys (person_id, agreement_id, master_key_id, wrapped, destroyed_at)
         VALUES ($1, $2, '', NULL, now())
         ON CONFLICT (person_id, agreement_id) DO UPDATE SET wrapped = NULL, destroyed_at = coalesce(person_keys.destroyed_at, now())`,
        [person.personId, person.agreementId],
      );
    },
    derived: {
      forWriting: async (person, purpose) => {
        const key = await persons.forWriting([person.personId, person.agreementId]);
        if (!key) throw new KeyDestroyed();
        return derive(key, purpose);
      },
      forReading: async (person, purpose) => {
        const key = await persons.forReading([person.personId, person.agreementId]);
        return key ? derive(key, purpose) : null;
      },
    },
    rewrap: async (limit) => rewrap(await open(), ring, limit),
    day: {
      encrypt: async (day, purpose, plain) => {
        const key = await days.forWriting([purpose, day]);
        if (!key) throw new KeyDestroyed();
        return seal(key, `${purpose}|${day}`, plain);
      },
      decrypt: async (day, purpose, sealed) => {
        const key = await days.forReading([purpose, day]);
        return key ? unseal(key, `${purpose}|${day}`, sealed) : null;
      },
      destroy: async (before) =>
        (await open()).execute(
          `UPDATE day_keys SET wrapped = NULL, destroyed_at = now() WHERE day < $1 AND destroyed_at IS NULL`,
          [before],
        ),
    },
    ping: async () => void (await (await open()).query('SELECT 1 FROM day_keys LIMIT 1')),
    close: async () => {
      if (opening) await (await opening).close();
    },
  };
}

async function rewrap(db: Database, ring: KeyRing, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ person_id: string; agreement_id: string; master_key_id: string; wrapped: Buffer }>(
      `SELECT person_id, agreement_id, master_key_id, wrapped FROM person_keys
       WHERE wrapped IS NOT NULL AND master_key_id <> $1 LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [ring.active, limit],
    );
    const active = ring.keys.get(ring.active);
    for (const row of rows) {
      const old = ring.keys.get(row.master_key_id);
      if (!old || !active) throw new Error(`master key "${row.master_key_id}" is not in the ring`);
      const name = `person_keys|${row.person_id}|${row.agreement_id}`;
      await tx.execute(
        `UPDATE person_keys SET master_key_id = $3, wrapped = $4 WHERE person_id = $1 AND agreement_id = $2`,
        [row.person_id, row.agreement_id, ring.active, seal(active, name, unseal(old, name, row.wrapped))],
      );
    }
    return rows.length;
  });
}
