import { steppedClock } from '@arrears/clock';
import { eventTypes, type EventData, type EventTypeName } from '@arrears/contracts';
import type { Handler, Received } from '@arrears/messaging';
import { openDatabase, runMigrations, type Database, type Tx } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import type { Agreement } from './agreements/agreement.js';
import { agreementStore } from './agreements/agreement.store.js';
import { decide } from './decisions/decide.js';
import { caseHandlers } from './intake/handlers.js';
import { casesMigrations } from './migrations.js';
import { openLedger } from './open-ledger.js';
import { noMetrics } from './worker/metrics.js';

export const sampleAgreement: Agreement = {
  agreementId: 'AGR-1',
  client: 'Sample Bank',
  creditorName: '样本银行',
  complaintChannel: '400-800-0000',
  products: ['consumer-loan', 'credit-card'],
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  calendar: 'cn',
  ledger: 'bank',
  from: '2020-01-01',
  cutOff: '00:00',
  finalityBusinessDays: 2,
  rulePacks: [],
};

/** Ten in the morning of 2026-11-09 in Shanghai: the day after the sample loan's due date. */
export const day1 = '2026-11-09T02:00:00.000Z';

export interface Bench {
  database: Database;
  clock: ReturnType<typeof steppedClock>;
  ledger: Awaited<ReturnType<typeof openLedger>>;
  /** Hands an event to its handler in a transaction, as the inbox does. @returns the statements it took */
  take<Name extends EventTypeName>(
    type: Name,
    data: EventData<Name>,
    id?: string,
    headers?: Record<string, string>,
  ): Promise<number>;
  decide(
    caseId: string,
    decisionNo: number,
    answers?: Parameters<typeof decide>[2]['answers'],
  ): ReturnType<typeof decide>;
  close(): Promise<void>;
}

/** The ledger on a real database of its own, with a clock that the test moves. No brokers. */
export async function openBench(label: string, at = day1): Promise<Bench> {
  const created = await createTestDatabase(label);
  await runMigrations({ url: created.url, folders: casesMigrations });
  const database = await openDatabase({ url: created.url, name: label });
  const clock = steppedClock(at);
  const ledger = await openLedger({ database, clock, idKey: Buffer.alloc(32, 7), queue: 'cases', metrics: noMetrics });
  await database.transaction((tx) => agreementStore.insert(tx, sampleAgreement, at, 'test'));
  const handlers = caseHandlers(ledger);
  let taken = 0;
  return {
    database,
    clock,
    ledger,
    async take(type, data, id = `test-${(taken += 1)}`, headers = {}) {
      const event: Received = {
        id,
        source: 'bank/sample',
        type,
        time: clock.nowIso(),
        subject: undefined,
        key: 'key',
        topic: eventTypes[type].topic,
        partition: 0,
        offset: '0',
        data: eventTypes[type].schema.parse(data),
        traceparent: undefined,
        headers,
        receivedAt: new Date(),
      };
      let statements = 0;
      await database.transaction((tx) =>
        (handlers[type] as Handler)(
          counted(tx, () => (statements += 1)),
          event,
        ),
      );
      return statements;
    },
    decide: (caseId, decisionNo, answers = []) =>
      decide(database, ledger, { caseId, decisionNo, now: clock.realNow(), answers }),
    async close() {
      await database.close();
      await created.drop();
    },
  };
}

function counted(tx: Tx, count: () => void): Tx {
  return {
    query: (sql, params) => {
      count();
      return tx.query(sql, params);
    },
    execute: (sql, params) => {
      count();
      return tx.execute(sql, params);
    },
  };
}

type Overdue = EventData<'arrears.bank.loan-overdue.v1'>;

/** A synthetic loan with one instalment of 1,000.00 yuan due on 2026-11-08. */
export function overdueLoan(change: Partial<Overdue> = {}): Overdue {
  return {
    agreementId: 'AGR-1',
    loanId: 'L-1',
    sequence: 1,
    customerNo: 'C-1',
    product: 'consumer-loan',
    currency: 'CNY',
    branch: 'B001',
    dueDate: '2026-11-08',
    asOf: '2026-11-09',
    balances: { principal: '1250000', interest: '18350', fees: '6250' },
    instalments: [{ number: 1, dueDate: '2026-11-08', principal: '100000', interest: '18350', fees: '6250' }],
    debtor: {
      name: '合成样本',
      idType: 'resident-id',
      idNumber: '110101198805010011',
      timeZone: 'Asia/Shanghai',
      language: 'zh-CN',
    },
    contactPoints: [{ kind: 'mobile', value: '+8613800000001', source: 'application' }],
    ...change,
  };
}

export function repayment(
  change: Partial<EventData<'arrears.bank.repayment-received.v1'>> = {},
): EventData<'arrears.bank.repayment-received.v1'> {
  return {
    agreementId: 'AGR-1',
    loanId: 'L-1',
    repaymentId: 'R-1',
    amount: '124600',
    currency: 'CNY',
    valueDate: '2026-11-10',
    receivedAt: '2026-11-10T09:00:00+08:00',
    sequence: 2,
    final: true,
    ...change,
  };
}

export interface SeenCase {
  case_id: string;
  status: string;
  stage: string;
  case_seq: number;
  void_before: number;
  reopened: number;
  continues: string[];
  decision_no: number;
}

/** The cases as they are, the oldest first. */
export const casesOf = (bench: Bench): Promise<SeenCase[]> =>
  bench.database.query<SeenCase>('SELECT * FROM cases ORDER BY opened_at, case_number');

/** Takes the loan in. @returns the id of the newest case */
export async function openCase(bench: Bench, change: Partial<Overdue> = {}): Promise<string> {
  await bench.take('arrears.bank.loan-overdue.v1', overdueLoan(change));
  const opened = (await casesOf(bench)).at(-1);
  if (opened === undefined) throw new Error('no case was opened');
  return opened.case_id;
}

export const eventsOf = (
  bench: Bench,
): Promise<{ type: string; payload: { case: { caseSeq: number; voidBefore: number } } }[]> =>
  bench.database.query(`SELECT type, payload::jsonb AS payload FROM outbox WHERE destination = 'kafka' ORDER BY id`);

/** Names of the published events, without the words that all of them have. */
export const eventNames = async (bench: Bench): Promise<string[]> =>
  (await eventsOf(bench)).map((event) => event.type.replace(/^arrears\.cases\.(.*)\.v1$/, '$1'));

export const wakesOf = async (bench: Bench): Promise<string[]> => {
  const rows = await bench.database.query<{ workflow_id: string; payload: { do: string } }>(
    `SELECT workflow_id, payload::jsonb AS payload FROM outbox WHERE destination = 'temporal' ORDER BY id`,
  );
  return rows.map((row) => `${row.payload.do} ${row.workflow_id}`);
};

/** Empties every table of the ledger but agreements and policies, for the next test of a file. */
export async function clearLedger(bench: Bench): Promise<void> {
  await bench.database.execute(
    `TRUNCATE cases, loans, loan_facts, allocations, accounts, case_persons, persons, snapshots, decisions, steps, denials, holds, person_standing,
              proofs, contact_story, journal_anchors, policy_moves, policy_move_items, reviews, commands, attention, journal, journal_heads, outbox, inbox, inbox_ids, inbox_keys CASCADE`,
  );
}
