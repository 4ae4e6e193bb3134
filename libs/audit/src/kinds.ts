import type { Tx } from '@arrears/persistence';
import type { z } from 'zod';
import type { Json } from './canonical.js';
import type { JournalHead, JournalRecord } from './chain.js';
import { appendJournal } from './journal.store.js';

/**
 * A service's journal with a closed list of kinds, each with the shape of its data. Shapes are allow-lists: a field that
 * is not described is refused, which is how personal data is kept out of a record that can never be erased.
 * Write shapes with `z.strictObject`.
 */
export function journalOf<Kinds extends Record<string, z.ZodType<Json>>>(kinds: Kinds) {
  type Told<Kind extends keyof Kinds & string> = {
    caseId: string;
    kind: Kind;
    at: string;
    actor: string;
    data: z.input<Kinds[Kind]>;
  };
  const checked = <Kind extends keyof Kinds & string>(record: Told<Kind>): JournalRecord => {
    const parsed = kinds[record.kind]?.safeParse(record.data);
    if (parsed?.success !== true) {
      const paths = parsed?.error.issues.map((issue) => issue.path.join('.') || issue.code) ?? ['unknown kind'];
      throw new TypeError(`journal entry ${record.kind}: ${paths.join(', ')}`);
    }
    return { ...record, data: parsed.data };
  };
  return {
    kinds: Object.keys(kinds) as (keyof Kinds & string)[],
    /** A record as it may be told. @throws TypeError naming kind and path, without the value */
    checked,
    /** @throws TypeError naming kind and path, without the value */
    append: async <Kind extends keyof Kinds & string>(tx: Tx, record: Told<Kind>): Promise<JournalHead> =>
      appendJournal(tx, checked(record)),
  };
}
