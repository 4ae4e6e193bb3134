import type { JournalHead } from '@arrears/audit';
import { eventId, type EventTypeName } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { hashOf } from './hash.js';

/** One fact for `contacts.records.v1`. */
export interface Told {
  type: EventTypeName;
  /** Key of the topic; of what is about no debtor, its own id. */
  debtorId: string;
  /** What the fact is about, and the how-manieth about it: with the data they make its id. */
  aggregate: string;
  version: number;
  data: unknown;
  at: string;
  caseId?: string;
  /** Where the case's journal stands with it. */
  head?: JournalHead;
}

/** Into the transaction's outbox, in this order. The same fact again has the same id. */
export async function publish(tx: Tx, facts: readonly Told[]): Promise<void> {
  await appendOutbox(
    tx,
    facts.map(({ type, debtorId, aggregate, version, data, at, caseId, head }) => ({
      destination: 'kafka' as const,
      topic: 'contacts.records.v1' as const,
      key: debtorId,
      type,
      data,
      id: eventId({ service: 'contacts', aggregate, version, type, ordinal: 0, dataHash: hashOf({ debtorId, data }) }),
      time: at,
      ...(caseId === undefined ? {} : { subject: caseId }),
      ...(head === undefined ? {} : { headers: { ce_journalhead: head.hash, ce_journalseq: String(head.seq) } }),
    })),
  );
}
