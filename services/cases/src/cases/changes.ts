import { createHash } from 'node:crypto';
import { appendJournal, type JournalHead } from '@arrears/audit';
import { canonical } from '../canonical.js';
import {
  caseWorkflowId,
  collectionCase,
  eventId,
  eventTypes,
  type CaseState,
  type EventData,
} from '@arrears/contracts';
import { appendOutbox, type OutboxRecord } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import type { Ledger } from '../ledger.js';
import type { Agreement } from '../agreements/agreement.js';
import { caseStore, type CaseRow } from './case.store.js';
import { anchorOf, caseFacts } from './facts.js';

type CaseEventName = Extract<keyof typeof eventTypes, `arrears.cases.${string}`>;
type ShortName<Name> = Name extends `arrears.cases.${infer Short}.v1` ? Short : never;
export type ChangeName = Exclude<ShortName<CaseEventName>, 'feed-heartbeat'>;
type Fields<Name extends ChangeName> = Omit<EventData<`arrears.cases.${Name}.v1`>, 'case' | 'at'>;

/** One thing that happened to a case: it becomes one event and one journal entry. */
export type Change = {
  [Name in ChangeName]: {
    what: Name;
    fields: Fields<Name>;
    /** Makes contacts wrong that wait to be sent. */
    voids: boolean;
    /** Ids and codes for the journal beside the fields of the event. */
    journal?: Record<string, unknown>;
  };
}[ChangeName];

/** What Temporal is told in the same transaction. */
export type Wake =
  | { do: 'start'; state?: CaseState }
  | { do: 'signal' }
  | { do: 'command'; commandId: string; name: 'hold' | 'lift' | 'recall' | 'answer-review' | 'wake' }
  | { do: 'nothing' };

/**
 * Writes changes of one locked case: `caseSeq` rises with each, each becomes an event with the whole of the case's facts
 * and a journal entry, and the row is saved. The caller has already written accounts and holds. Four statements.
 */
export async function recordChanges(
  tx: Tx,
  ledger: Ledger,
  row: CaseRow,
  of: { agreement: Agreement; changes: readonly Change[]; actor: string; wake: Wake },
): Promise<void> {
  const at = ledger.clock.nowIso();
  const businessDate = ledger.calendarOf(of.agreement).businessDate(ledger.clock.now());
  const parts = await caseStore.parts(tx, row.case_id);
  const records: OutboxRecord[] = [];
  for (const change of of.changes) {
    row.case_seq += 1;
    if (change.voids) row.void_before = row.case_seq;
    const entry = { ...change.fields, ...change.journal, caseSeq: row.case_seq };
    const head = await appendJournal(tx, {
      caseId: row.case_id,
      kind: change.what,
      at,
      actor: of.actor,
      data: entry,
    });
    const facts = caseFacts(row, parts, of.agreement, businessDate);
    records.push(caseEvent(row, change, { case: facts, at, ...change.fields }, at, head));
  }
  const woken = wakeRecord(ledger, row, of.wake);
  if (woken !== null) records.push(woken);
  await caseStore.save(tx, row, anchorOf(parts.accounts, businessDate), at);
  await appendOutbox(tx, records);
}

function caseEvent(row: CaseRow, change: Change, data: unknown, time: string, head: JournalHead): OutboxRecord {
  const type = `arrears.cases.${change.what}.v1` as const;
  const dataHash = createHash('sha256').update(canonical(data)).digest('hex');
  const id = eventId({ service: 'cases', aggregate: row.case_id, version: row.case_seq, type, ordinal: 0, dataHash });
  return {
    destination: 'kafka',
    topic: 'collections.cases.v1',
    key: row.case_id,
    type,
    data,
    subject: row.case_id,
    headers: { ce_journalhead: head.hash, ce_journalseq: String(head.seq) },
    id,
    time,
  };
}

export function wakeRecord(ledger: Pick<Ledger, 'queue'>, row: CaseRow, wake: Wake): OutboxRecord | null {
  if (wake.do === 'nothing') return null;
  const workflowId = caseWorkflowId(row.case_id, row.reopened);
  const id = (what: string) => `${workflowId}/${what}/${row.case_seq}`;
  if (wake.do === 'start') {
    const input = { caseId: row.case_id, ...(wake.state === undefined ? {} : { state: wake.state }) };
    const searchAttributes = { CaseStage: row.stage, ...(row.branch === null ? {} : { Branch: row.branch }) };
    const { workflowType } = collectionCase;
    return {
      destination: 'temporal',
      workflowId,
      id: id('start'),
      action: { do: 'start', workflowType, taskQueue: ledger.queue, args: [input], searchAttributes },
    };
  }
  if (wake.do === 'command') {
    const args = { commandId: wake.commandId, name: wake.name, caseSeq: row.case_seq };
    const update = collectionCase.commandUpdate;
    return {
      destination: 'temporal',
      workflowId,
      id: id(wake.commandId),
      action: { do: 'update', updateId: wake.commandId, update, args: [args] },
    };
  }
  return {
    destination: 'temporal',
    workflowId,
    id: id('signal'),
    action: { do: 'signal', signal: 'facts', upTo: row.case_seq },
  };
}
