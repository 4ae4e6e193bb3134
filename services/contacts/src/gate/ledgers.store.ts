import type { Tx } from '@arrears/persistence';
import type { PersonStatus } from '../persons/status.js';

export interface LedgerRow {
  personId: string;
  status: PersonStatus;
  barred: boolean;
  refused: boolean;
  /** Persons of one group are one human. */
  groupId: string | null;
  /** Rises with everything that changes what the gate would answer about this person. */
  version: number;
}

/**
 * Everything the gate counts is counted under these locks, so that parallel requests about one human stand in line. In one
 * order, since a guarantor of one debtor may be a debtor himself. Rows of everybody asked for and of whoever is one human
 * with them.
 */
export async function lockLedgers(tx: Tx, personIds: readonly string[]): Promise<Ledgers> {
  const ids = [...new Set(personIds)].sort();
  for (;;) {
    const rows = await tx.query<LedgerRow>(lockSql, [ids], { prepare: 'lock-ledgers' });
    const missing = ids.filter((id) => !rows.some(({ personId }) => personId === id));
    if (missing.length > 0) await insertLedgers(tx, missing);
    // A merge that was agreed on while we waited brought somebody in whose row is not locked yet.
    else if (await isWhole(tx, rows)) return ledgersOf(rows);
  }
}

const lockSql = `
  SELECT person_id AS "personId", status, never_contact_since IS NOT NULL AS barred,
         refused_since IS NOT NULL AS refused, group_id AS "groupId", version
    FROM person_ledgers
   WHERE person_id IN (
           SELECT asked.person_id FROM unnest($1::uuid[]) AS asked (person_id)
            UNION
           SELECT other.person_id
             FROM person_ledgers known
             JOIN person_ledgers other USING (group_id)
            WHERE known.person_id = ANY ($1::uuid[])
         )
   ORDER BY person_id
     FOR UPDATE`;

async function insertLedgers(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.execute(
    `INSERT INTO person_ledgers (person_id)
     SELECT person_id FROM unnest($1::uuid[]) AS wanted (person_id) ORDER BY person_id
     ON CONFLICT DO NOTHING`,
    [ids],
  );
}

async function isWhole(tx: Tx, rows: readonly LedgerRow[]): Promise<boolean> {
  const groups = [...new Set(rows.flatMap(({ groupId }) => groupId ?? []))];
  if (groups.length === 0) return true;
  const members = await tx.query<{ person_id: string }>(
    'SELECT person_id FROM person_ledgers WHERE group_id = ANY ($1::uuid[])',
    [groups],
  );
  return members.every(({ person_id }) => rows.some(({ personId }) => personId === person_id));
}

export interface Ledgers {
  rows: readonly LedgerRow[];
  /** Every id of the human whom this id names, itself included. */
  idsOf(personId: string): string[];
  /** The ledgers of that human. */
  of(personId: string): LedgerRow[];
}

export function ledgersOf(rows: readonly LedgerRow[]): Ledgers {
  const of = (personId: string): LedgerRow[] => {
    const own = rows.find((row) => row.personId === personId);
    if (own === undefined) return [];
    return own.groupId === null ? [own] : rows.filter(({ groupId }) => groupId === own.groupId);
  };
  return { rows, of, idsOf: (personId) => [...new Set([personId, ...of(personId).map((row) => row.personId)])] };
}

/** Every id of the humans whom these ids name, without a lock. */
export async function idsOfHumans(tx: Tx, personIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<LedgerRow>(lockSql.replace('FOR UPDATE', ''), [personIds]);
  return [...new Set([...personIds, ...rows.map(({ personId }) => personId)])];
}

/** Says that something about these persons has changed: who read their ledgers before must read again. */
export async function touchLedgers(tx: Tx, personIds: readonly string[]): Promise<void> {
  await tx.execute('UPDATE person_ledgers SET version = version + 1 WHERE person_id = ANY ($1::uuid[])', [personIds]);
}

/** Where a rule counts by number, two persons with one number must not pass it side by side. */
export async function lockNumbers(tx: Tx, numbers: readonly string[]): Promise<void> {
  if (numbers.length === 0) return;
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('number ' || hex, 0))
       FROM (SELECT DISTINCT hex FROM unnest($1::text[]) AS given (hex) ORDER BY hex) AS wanted`,
    [numbers],
    { prepare: 'lock-numbers' },
  );
}
