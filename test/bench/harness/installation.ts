import { join } from 'node:path';
import { services } from '@arrears/dev';
import type { LoanOverdue, RepaymentReceived } from '@arrears/contracts';
import { cloudEventHeaders, kafkaPort, type KafkaPort, type OutgoingRecord } from '@arrears/messaging';
import { openDatabase, type Database } from '@arrears/persistence';
import { startArrears, startProcess, until, type Arrears, type RunningProcess } from './support.js';

/** Ten at night: nobody may be written to, so a case that was decided rests until the morning. */
const night = '2026-11-09T14:00:00.000Z';
const agreementId = 'AGR-BENCH';
/** Minor units. */
export const owedEach = 1_250_000 + 18_350 + 6_250;
export const paymentAmount = 1_000;

type ServiceName = 'cases' | 'contacts' | 'notifications';

/** An Arrears whose services are started one by one with the roles that a benchmark wants, and a bank that feeds it. */
export interface Installation {
  arrears: Arrears;
  /** The ledger's database, to look at. */
  ledger: Database;
  start(service: ServiceName, roles: string[], env?: Record<string, string>): Promise<RunningProcess>;
  /** Makes the agreement; needs `cases` with the role `api`. */
  agree(): Promise<void>;
  /** Loans `from` to `from + count - 1`, one a customer, a day late. Resolves when Kafka has them all. */
  handOver(from: number, count: number): Promise<void>;
  /** Small final payments: the `times`-th ones of the first `loans` loans. */
  repay(loans: number, times: number): Promise<void>;
  close(): Promise<void>;
}

export async function openInstallation(): Promise<Installation> {
  const arrears = await startArrears({ businessNow: night, only: ['idp'], logLevel: 'warn' });
  const { site } = arrears;
  const bank = kafkaPort({ brokers: [site.kafka], clientId: 'bench-bank', topicPrefix: site.topicPrefix });
  const ledger = await openDatabase({ url: site.databases.services.cases, name: 'bench' });
  const running: RunningProcess[] = [];
  return {
    arrears,
    ledger,
    start: async (service, roles, env = {}) => {
      const plan = services(site).find(({ name }) => name === service);
      if (!plan) throw new Error(`there is no service ${service}`);
      const log = join(site.dir, 'logs', `${service}.log`);
      const child = startProcess(plan.file, { ...plan.env, ...env }, { args: roles, log });
      running.push(child);
      const ready = async () => {
        if (!child.alive()) throw new Error(`${service} ended while starting:\n${child.output().slice(-2_000)}`);
        return (await fetch(plan.ready)).ok;
      };
      await until(ready, 60_000, `${service} to be ready`);
      return child;
    },
    agree: async () => {
      const url = `${arrears.urls.cases}/agreements`;
      const answer = await arrears.call('operator-cli', 'POST', url, agreement, {
        'idempotency-key': 'bench-agreement',
      });
      if (answer.status >= 300) throw new Error(`POST /agreements: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    handOver: (from, count) =>
      produce(
        bank,
        Array.from({ length: count }, (_, index) => handedOver(from + index)),
      ),
    repay: async (loans, times) => {
      for (let time = 1; time <= times; time++) {
        await produce(
          bank,
          Array.from({ length: loans }, (_, loan) => repaid(loan, time)),
        );
      }
    },
    close: async () => {
      await Promise.all(running.map((child) => child.stop()));
      await bank.close();
      await ledger.close();
      await arrears.close();
    },
  };
}

async function produce(bank: KafkaPort, records: OutgoingRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 500) await bank.produce(records.slice(at, at + 500));
}

const agreement = {
  agreementId,
  client: 'Sample Bank',
  creditorName: '样本银行',
  products: ['consumer-loan'],
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  calendar: 'cn',
  ledger: 'bank',
  from: '2020-01-01',
};

/** Synthetic people: numbers count up and belong to nobody. */
function handedOver(loan: number): OutgoingRecord {
  const due = { principal: '100000', interest: '18350', fees: '6250' };
  const data: LoanOverdue = {
    agreementId,
    loanId: `L-${loan}`,
    sequence: 1,
    customerNo: `C-${loan}`,
    product: 'consumer-loan',
    currency: 'CNY',
    branch: 'B001',
    dueDate: '2026-11-08',
    asOf: '2026-11-09',
    balances: { principal: '1250000', interest: '18350', fees: '6250' },
    instalments: [{ number: 1, dueDate: '2026-11-08', ...due }],
    debtor: {
      name: `合成样本${loan}`,
      idType: 'resident-id',
      idNumber: `000000${String(loan).padStart(12, '0')}`,
      timeZone: 'Asia/Shanghai',
      language: 'zh-CN',
    },
    contactPoints: [{ kind: 'mobile', value: `+86138${String(loan).padStart(8, '0')}`, source: 'application' }],
  };
  return recordOf('arrears.bank.loan-overdue.v1', 'bank.loans.v1', `loan-${loan}`, data);
}

function repaid(loan: number, time: number): OutgoingRecord {
  const data: RepaymentReceived = {
    agreementId,
    loanId: `L-${loan}`,
    repaymentId: `R-${loan}-${time}`,
    amount: String(paymentAmount),
    currency: 'CNY',
    valueDate: '2026-11-09',
    receivedAt: '2026-11-09T22:00:00+08:00',
    sequence: 1 + time,
    final: true,
  };
  return recordOf('arrears.bank.repayment-received.v1', 'bank.repayments.v1', `repayment-${loan}-${time}`, data);
}

function recordOf(
  type: 'arrears.bank.loan-overdue.v1' | 'arrears.bank.repayment-received.v1',
  topic: OutgoingRecord['topic'],
  id: string,
  data: { loanId: string },
): OutgoingRecord {
  const key = data.loanId;
  return { topic, key, value: JSON.stringify(data), headers: cloudEventHeaders({ id, type, time: night, key }) };
}
