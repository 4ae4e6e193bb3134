import { randomBytes, randomUUID } from 'node:crypto';
import { steppedClock } from '@arrears/clock';
import { debtorIdOf, personsInLoan, type CaseFacts, type LoanOverdue, type PermitRequest } from '@arrears/contracts';
import { createMetrics, type Metrics } from '@arrears/observability';
import {
  openDatabase,
  openPersonKeys,
  keysMigrations,
  runMigrations,
  type Database,
  type PersonKeys,
} from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { consumerName, saveCaseFacts } from './case-facts/case-facts.store.js';
import { gateMetrics } from './gate/gate.metrics.js';
import { gateParts, type GateParts } from './gate/parts.js';
import { loadRuleBook } from './gate/packs.js';
import { recordInbound, type Inbound } from './inbound/inbound.service.js';
import { migrationFolders } from './migration-folders.js';
import { takeLoanOverdue } from './persons/person-intake.js';

/** What tests and benchmarks outside this service may use of it. */
export { requestPermit } from './gate/gate.service.js';
export { commitOutcome } from './settle/settle.service.js';

/** A contacts service on real databases, without HTTP and Kafka, whose clock stands until told. For tests only. */
export interface World {
  db: Database;
  keys: PersonKeys;
  url: string;
  keysUrl: string;
  /** The master key of the persons' keys, for another process on the same databases. */
  masterKey: Buffer;
  clock: ReturnType<typeof steppedClock>;
  gate: GateParts;
  metrics: Metrics;
  idKey: Buffer;
  /** Takes the loan in as the consumer would, opens its case and lets the feed beat. */
  overdue(of?: Partial<LoanOverdue>, facts?: Partial<CaseFacts>): Promise<OverdueCase>;
  know(facts: CaseFacts): Promise<void>;
  beat(): Promise<void>;
  /** The debtor calls, now. */
  inbound(of: OverdueCase, more?: Partial<Inbound>): Promise<void>;
  close(): Promise<void>;
}
export interface OverdueCase {
  loan: LoanOverdue;
  facts: CaseFacts;
  request(of?: Partial<PermitRequest>): PermitRequest;
}

/** Monday noon in Shanghai. */
export const noon = '2026-11-09T04:00:00.000Z';
const partition = 2;
let counter = 0;

export async function openWorld(start: string = noon): Promise<World> {
  const own = await createTestDatabase('contacts');
  const keysDatabase = await createTestDatabase('contacts_keys');
  await runMigrations({ url: own.url, folders: migrationFolders });
  await runMigrations({ url: keysDatabase.url, folders: [keysMigrations] });
  const db = await openDatabase({ url: own.url, name: 'contacts test', poolSize: 20, genericPlans: true });
  const masterKey = randomBytes(32);
  const ring = { active: 'test', keys: new Map([['test', masterKey]]) };
  const keys = openPersonKeys({ url: keysDatabase.url, ring });
  const clock = steppedClock(start);
  const metrics = createMetrics();
  const rules = loadRuleBook();
  const gate = gateParts({ db, clock, personKeys: keys, rules, metrics: gateMetrics(metrics, rules.ruleIds) });
  const idKey = randomBytes(32);

  const know = (facts: CaseFacts) => db.transaction(async (tx) => void (await saveCaseFacts(tx, facts, partition)));
  const beat = async () => {
    await db.execute(
      `INSERT INTO feed_heartbeats (consumer, topic, partition, at) VALUES ($3, 'collections.cases.v1', $1, $2)
       ON CONFLICT (consumer, topic, partition) DO UPDATE SET at = excluded.at`,
      [partition, new Date(clock.realNow()), consumerName],
    );
  };
  const inbound = async ({ facts }: OverdueCase, more: Partial<Inbound> = {}) => {
    const { debtorId, agreementId, caseId } = facts;
    const call = { channel: 'call' as const, outcome: 'conversation' as const, actor: 'test', at: clock.nowIso() };
    const of = { inboundId: randomUUID(), personId: debtorId, debtorId, agreementId, caseId, contactPointId: null };
    await db.transaction((tx) => recordInbound(tx, clock, { ...of, ...call, ...more }));
  };
  return {
    inbound,
    url: own.url,
    masterKey,
    ...{ db, keys, keysUrl: keysDatabase.url, clock, gate, metrics, idKey, know, beat },
    async overdue(of, facts) {
      const loan = sampleLoan(of);
      await db.transaction((tx) => takeLoanOverdue(tx, { idKey, personKeys: keys, clock }, loan));
      const known = { ...sampleCase(loan, idKey), ...facts };
      await know(known);
      await beat();
      return { loan, facts: known, request: (asked) => sampleRequest(idKey, loan, known, asked) };
    },
    async close() {
      await keys.close();
      await db.close();
      await own.drop();
      await keysDatabase.drop();
    },
  };
}

/** A synthetic loan of a synthetic person. */
export function sampleLoan(of: Partial<LoanOverdue> = {}): LoanOverdue {
  counter += 1;
  return {
    agreementId: 'AGR-1',
    loanId: `L-${counter}`,
    sequence: 1,
    customerNo: `C-${counter}`,
    product: 'credit-card',
    currency: 'CNY',
    dueDate: '2026-11-08',
    asOf: '2026-11-09',
    balances: { principal: '100000', interest: '0', fees: '0' },
    minimumDue: '10000',
    debtor: { name: `Synthetic Debtor ${counter}`, timeZone: 'Asia/Shanghai', language: 'zh-CN' },
    contactPoints: [
      { kind: 'mobile', value: `138${String(counter).padStart(8, '0')}`, source: 'application' },
      { kind: 'email', value: `synthetic${counter}@example.com`, source: 'application' },
    ],
    ...of,
  };
}

export function sampleCase(loan: LoanOverdue, idKey: Buffer): CaseFacts {
  const { principal, interest, fees } = loan.balances;
  return {
    caseId: randomUUID(),
    caseNo: 'C-2222',
    agreementId: loan.agreementId,
    debtorId: debtorIdOf(idKey, loan),
    caseSeq: 1,
    voidBefore: 0,
    status: 'open',
    stage: 'reminder',
    level: 'normal',
    branch: null,
    creditorName: 'Synthetic Bank',
    timeZone: 'Asia/Shanghai',
    accounts: [
      {
        ...{ accountId: randomUUID(), loanId: loan.loanId, episode: 1, status: 'open', product: loan.product },
        ...{ currency: loan.currency, principal, interest, fees, overdue: '10000', nextDue: null },
        earliestUnpaidDue: loan.dueDate,
      },
    ],
    holds: [],
  };
}

export function sampleRequest(
  idKey: Buffer,
  loan: LoanOverdue,
  facts: CaseFacts,
  of: Partial<PermitRequest> = {},
): PermitRequest {
  const [debtor] = personsInLoan(idKey, loan);
  return {
    contactId: randomUUID(),
    effectKey: `${facts.caseId}:reminder-1`,
    step: 'reminder-1',
    caseId: facts.caseId,
    agreementId: facts.agreementId,
    debtorId: facts.debtorId,
    personId: facts.debtorId,
    contactPointIds: debtor?.points.map(({ contactPointId }) => contactPointId) ?? [],
    channel: 'sms',
    purpose: 'collect',
    covers: facts.accounts.map(({ accountId }) => accountId),
    expects: { caseSeq: facts.caseSeq },
    templateId: 'reminder-1',
    templateVersion: 1,
    contentKey: 'content-1',
    actor: 'machine',
    ...of,
  };
}
