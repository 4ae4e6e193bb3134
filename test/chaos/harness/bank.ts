import type { EventTypeName, LoanOverdue, RepaymentReceived } from '@arrears/contracts';
import { kafkaPort, type OutgoingRecord } from '@arrears/messaging';

export const agreement = {
  agreementId: 'AGR-CHAOS',
  client: 'Sample Bank',
  creditorName: '样本银行',
  products: ['consumer-loan'],
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  calendar: 'cn',
  ledger: 'bank',
  from: '2020-01-01',
};

/** The one unpaid instalment of each loan, minor units. */
const due = { principal: '100000', interest: '18350', fees: '6250' };
const owed = '124600';

/** Nine in the morning of the first business day, and how fast it passes: ten minutes in seven seconds, and a long way to its night. */
export const morning = '2026-11-09T01:05:00.000Z';
export const daySeconds = 1_008;

/** Numbers that the North American plan keeps for fiction: 78,900 of them. */
export const phoneOf = (debtor: number): string =>
  `+1${200 + Math.floor(debtor / 100)}55501${String(debtor % 100).padStart(2, '0')}`;
export const loanOf = (debtor: number): string => `L-${debtor}`;
export const customerOf = (debtor: number): string => `C-${debtor}`;

/** The loan of a synthetic debtor, a day late. */
export function overdueLoan(debtor: number, over: Partial<LoanOverdue> = {}): LoanOverdue {
  return {
    agreementId: agreement.agreementId,
    loanId: loanOf(debtor),
    sequence: 1,
    customerNo: customerOf(debtor),
    product: 'consumer-loan',
    currency: 'CNY',
    branch: 'B001',
    dueDate: '2026-11-08',
    asOf: '2026-11-09',
    balances: { principal: '1250000', interest: '18350', fees: '6250' },
    instalments: [{ number: 1, dueDate: '2026-11-08', ...due }],
    debtor: {
      name: `合成样本${debtor}`,
      idType: 'resident-id',
      idNumber: `000000${String(debtor).padStart(12, '0')}`,
      timeZone: 'Asia/Shanghai',
      language: 'zh-CN',
    },
    contactPoints: [{ kind: 'mobile', value: phoneOf(debtor), source: 'application' }],
    ...over,
  };
}

/** All that is due, paid and final. */
export function repayment(debtor: number): RepaymentReceived {
  return {
    agreementId: agreement.agreementId,
    loanId: loanOf(debtor),
    repaymentId: `R-${debtor}`,
    amount: owed,
    currency: 'CNY',
    valueDate: '2026-11-09',
    receivedAt: '2026-11-09T12:00:00+08:00',
    sequence: 2,
    final: true,
  };
}

/** What a bank's own program puts on Kafka; `over` makes it wrong. */
export function record(
  type: 'loan-overdue' | 'repayment-received',
  id: string,
  data: { loanId: string },
  over: { value?: string; key?: string; headers?: Record<string, string> } = {},
): OutgoingRecord {
  const name: EventTypeName = `arrears.bank.${type}.v1`;
  return {
    topic: type === 'loan-overdue' ? 'bank.loans.v1' : 'bank.repayments.v1',
    key: over.key ?? data.loanId,
    value: over.value ?? JSON.stringify(data),
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: 'bank/sample',
      ce_type: name,
      ce_time: new Date().toISOString(),
      'content-type': 'application/json',
      ...over.headers,
    },
  };
}

export interface Bank {
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Loans of debtors `from` to `to - 1`. */
  handOver(from: number, to: number): Promise<void>;
  repaid(from: number, to: number): Promise<void>;
  close(): Promise<void>;
}

/** A bank outside the house: a Kafka client of its own. */
export function openBank(broker: string, topicPrefix: string): Bank {
  const kafka = kafkaPort({ brokers: [broker], clientId: 'sample-bank', topicPrefix });
  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    for (let at = 0; at < records.length; at += 200) await kafka.produce(records.slice(at, at + 200));
  };
  const each = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
  return {
    send,
    handOver: (from, to) => send(each(from, to).map((n) => record('loan-overdue', `overdue-${n}`, overdueLoan(n)))),
    repaid: (from, to) => send(each(from, to).map((n) => record('repayment-received', `repaid-${n}`, repayment(n)))),
    close: () => kafka.close(),
  };
}
