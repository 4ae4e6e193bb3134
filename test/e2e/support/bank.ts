import { randomUUID } from 'node:crypto';
import type { EventData, EventTypeName, LoanOverdue, RepaymentReceived } from '@arrears/contracts';
import { eventTypes } from '@arrears/contracts';
import { kafkaPort, type KafkaPort } from '@arrears/messaging';

type BankEvent = Extract<EventTypeName, `arrears.bank.${string}`>;
type ShortName<Name> = Name extends `arrears.bank.${infer Short}.v1` ? Short : never;
export type BankMessageName = ShortName<BankEvent>;
export type BankData<Name extends BankMessageName> = EventData<`arrears.bank.${Name}.v1`>;

/** One message of the bank, ready to be sent: `id` is its idempotency key. */
export interface BankMessage {
  type: BankEvent;
  id: string;
  data: { loanId: string };
}

/** The bank of a scenario, at its Kafka door. */
export interface Bank {
  /** Sends in one request, in order of the list within one loan. */
  send: (...messages: BankMessage[]) => Promise<void>;
  close: () => Promise<void>;
}

export function bankMessage<Name extends BankMessageName>(
  name: Name,
  data: BankData<Name>,
  id: string = randomUUID(),
): BankMessage {
  return { type: `arrears.bank.${name}.v1`, id, data };
}

export function openBank(of: { kafka: string; topicPrefix: string; now: () => string }): Bank {
  const kafka: KafkaPort = kafkaPort({
    brokers: of.kafka.split(','),
    clientId: 'scenario-bank',
    topicPrefix: of.topicPrefix,
  });
  return {
    send: (...messages) =>
      kafka.produce(
        messages.map(({ type, id, data }) => ({
          topic: eventTypes[type].topic,
          key: data.loanId,
          value: JSON.stringify(data),
          headers: {
            ce_specversion: '1.0',
            ce_id: id,
            ce_source: 'scenario-bank',
            ce_type: type,
            ce_time: of.now(),
            ce_subject: data.loanId,
            ce_partitionkey: data.loanId,
            'content-type': 'application/json',
          },
        })),
      ),
    close: () => kafka.close(),
  };
}

/** A debtor of a scenario. Numbers are synthetic: nobody is reached by them. */
export interface Debtor {
  customerNo: string;
  name: string;
  idNumber: string;
  phone: string;
}

/** What of a `loan-overdue` a scenario wants to say; the rest is a plain consumer loan of 1,000.00 due in one instalment. */
export type Loan = Partial<LoanOverdue> & Pick<LoanOverdue, 'agreementId' | 'loanId' | 'dueDate' | 'asOf'>;

export function overdueLoan(debtor: Debtor, loan: Loan): LoanOverdue {
  const { customerNo, name, idNumber, phone } = debtor;
  return {
    sequence: 1,
    customerNo,
    product: 'consumer-loan',
    currency: 'CNY',
    balances: { principal: '100000', interest: '0', fees: '0' },
    instalments: [{ number: 1, dueDate: loan.dueDate, principal: '100000', interest: '0', fees: '0' }],
    debtor: { name, idType: 'resident-id', idNumber, timeZone: 'Asia/Shanghai', language: 'zh-CN' },
    contactPoints: [{ kind: 'mobile', value: phone, source: 'synthetic' }],
    ...loan,
  };
}

export type Payment = Partial<RepaymentReceived> &
  Pick<RepaymentReceived, 'agreementId' | 'loanId' | 'amount' | 'valueDate' | 'receivedAt' | 'sequence'>;

export const payment = (of: Payment): RepaymentReceived => ({
  repaymentId: randomUUID(),
  currency: 'CNY',
  final: true,
  channel: 'transfer',
  payer: 'debtor',
  ...of,
});
