import type { BankInstalment, LoanOverdue, LoanUpdated, RepaymentReceived } from '@arrears/contracts';
import { person } from './people.js';
import { firstArrears, type Arrears, type CardAccount } from './portfolio.js';
import { random, type Random } from './random.js';

/** What the simulated bank will send, and at which business time. */
export type BankMessage = { at: number; id: string; loanId: string } & (
  | { topic: 'bank.loans.v1'; type: 'arrears.bank.loan-overdue.v1'; data: LoanOverdue }
  | { topic: 'bank.loans.v1'; type: 'arrears.bank.loan-updated.v1'; data: LoanUpdated }
  | { topic: 'bank.repayments.v1'; type: 'arrears.bank.repayment-received.v1'; data: RepaymentReceived }
);

export interface TimelineOptions {
  accounts: readonly CardAccount[];
  /** How many accounts to use at the most. */
  limit: number;
  /** Business date on which the first accounts are handed over. */
  origin: string;
  agreementId: string;
  seed: number;
  /** Offset of the bank's zone, whole hours east of UTC. */
  utcOffsetHours: number;
}

const dayMs = 86_400_000;
const monthDays = 30;
/** First misses are spread over so many days. */
const spreadDays = 3;

/**
 * The portfolio's first arrears put on the demo's calendar: month 0 of each account is the month it was first missed.
 * A miss is handed over on the next morning; a month that stays unpaid brings a new instalment; the month whose status
 * fell to zero brings the payment, most of them one to eight days after handover. One debtor in five has two or three
 * accounts. Same options, same messages.
 */
export function timeline(options: TimelineOptions): BankMessage[] {
  const dice = random(options.seed);
  const late = options.accounts
    .map(firstArrears)
    .filter((arrears) => arrears !== undefined)
    .slice(0, options.limit);
  const messages: BankMessage[] = [];
  let debtor = -1;
  let accountsLeft = 0;
  let missedOn = 0;
  for (const arrears of late) {
    if (accountsLeft === 0) {
      debtor += 1;
      accountsLeft = dice.next() < 0.2 ? dice.between(2, 3) : 1;
      missedOn = dice.between(0, spreadDays - 1);
    }
    accountsLeft -= 1;
    messages.push(...ofAccount(arrears, debtor, missedOn, dice, options));
  }
  return messages.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function ofAccount(
  arrears: Arrears,
  debtor: number,
  missedOn: number,
  dice: Random,
  options: TimelineOptions,
): BankMessage[] {
  const loanId = `CARD-${arrears.account.id.padStart(5, '0')}`;
  const originMs = Date.parse(`${options.origin}T00:00:00Z`);
  const date = (day: number) => new Date(originMs + day * dayMs).toISOString().slice(0, 10);
  const at = (day: number, minute: number) =>
    originMs + day * dayMs + minute * 60_000 - options.utcOffsetHours * 3_600_000;
  // Due on the evening before the handover day, so the handover is day 1 past due.
  const firstDue = missedOn - 1;
  const instalments: BankInstalment[] = [];
  const messages: BankMessage[] = [];
  const send = (message: BankMessage) => messages.push(message);
  let sequence = 0;

  for (let month = 0; month < arrears.months; month += 1) {
    const dueDay = firstDue + month * monthDays;
    const { statement } = arrears.account.months[arrears.from + month] ?? { statement: 0 };
    const handedOver = at(dueDay + 1, dice.between(6 * 60, 8 * 60));
    instalments.push({
      number: month + 1,
      dueDate: date(dueDay),
      principal: minor(minimumPayment(statement)),
      interest: '0',
      fees: '0',
    });
    sequence += 1;
    const id = `${loanId}-${sequence}`;
    const changed = {
      agreementId: options.agreementId,
      loanId,
      sequence,
      asOf: date(dueDay + 1),
      balances: { principal: minor(owed(statement, instalments)), interest: '0', fees: '0' },
      instalments: [...instalments],
    };
    send(
      month === 0
        ? {
            at: handedOver,
            id,
            loanId,
            topic: 'bank.loans.v1',
            type: 'arrears.bank.loan-overdue.v1',
            data: { ...changed, ...opening(debtor, date(dueDay)) },
          }
        : { at: handedOver, id, loanId, topic: 'bank.loans.v1', type: 'arrears.bank.loan-updated.v1', data: changed },
    );
  }
  if (arrears.cured) {
    const lastDue = firstDue + (arrears.months - 1) * monthDays;
    const paidOn = lastDue + 1 + payDelayDays(dice);
    const receivedAt = at(paidOn, dice.between(9 * 60, 20 * 60));
    sequence += 1;
    const amount = instalments.reduce((sum, { principal }) => sum + BigInt(principal), 0n);
    send({
      at: receivedAt,
      id: `${loanId}-${sequence}`,
      loanId,
      topic: 'bank.repayments.v1',
      type: 'arrears.bank.repayment-received.v1',
      data: {
        agreementId: options.agreementId,
        loanId,
        repaymentId: `PAY-${loanId}-${sequence}`,
        amount: String(amount),
        currency: 'TWD',
        valueDate: date(paidOn),
        receivedAt: new Date(receivedAt).toISOString(),
        sequence,
        final: dice.next() < 0.8,
        channel: 'transfer',
        payer: 'debtor',
      },
    });
  }
  return messages;
}

/** Nine in ten pay one to eight days after handover, the rest up to the end of the month. */
const payDelayDays = (dice: Random): number => (dice.next() < 0.9 ? dice.between(1, 8) : dice.between(9, 25));

/** A card asks for a tenth of the statement, at least 1,000, never more than is owed; in units of TWD. */
function minimumPayment(statement: number): number {
  return statement <= 0 ? 1_000 : Math.min(statement, Math.max(1_000, Math.round(statement / 10)));
}

/** What is owed in all: the statement, but never less than what is already due of it. */
function owed(statement: number, instalments: readonly BankInstalment[]): number {
  const due = instalments.reduce((sum, { principal }) => sum + Number(principal) / 100, 0);
  return Math.max(statement, due);
}

const minor = (units: number): string => String(Math.round(units * 100));

function opening(debtor: number, dueDate: string) {
  const { customerNo, name, phone, email, address } = person(debtor);
  return {
    customerNo,
    product: 'credit-card',
    currency: 'TWD',
    branch: 'TPE-01',
    dueDate,
    debtor: { name, timeZone: 'Asia/Taipei', language: 'zh-TW' },
    contactPoints: [
      { kind: 'mobile' as const, value: phone, source: 'synthetic' },
      { kind: 'email' as const, value: email, source: 'synthetic' },
      // The address of the contract: what is delivered there counts.
      { kind: 'address' as const, value: address, source: 'synthetic', reserved: true },
    ],
    segment: 'demo',
  };
}
