import { describe, expect, it } from '@jest/globals';
import { loanOverdue, repaymentReceived, repaymentReversed } from '@arrears/contracts';
import { episodeStep, judgeStatement, positionOf, standingOn, statusAfter, type EpisodeState } from './account.js';
import { paymentOf, reversalOf, statementOf, type LoanFact } from './loan-facts.js';

const known = '2026-11-09T01:00:00.000Z';
const terms = (product = 'consumer-loan') => ({
  currency: 'CNY',
  product,
  endOfDay: (date: string) => `${date}T15:59:59.999Z`,
});

type Instalment = [number: number, due: string, principal: string, interest: string, fees: string];
function overdue(sequence: number, asOf: string, list: Instalment[], extra: object = {}): LoanFact {
  const sum = (at: 2 | 3 | 4) => list.reduce((total, one) => total + BigInt(one[at]), 0n).toString();
  const message = loanOverdue.parse({
    agreementId: 'AGR',
    loanId: 'L',
    sequence,
    customerNo: 'C',
    product: 'consumer-loan',
    currency: 'CNY',
    asOf,
    dueDate: list[0]?.[1] ?? asOf,
    balances: { principal: sum(2), interest: sum(3), fees: sum(4) },
    instalments: list.map(([number, dueDate, principal, interest, fees]) => ({
      number,
      dueDate,
      principal,
      interest,
      fees,
    })),
    debtor: { name: '合成样本' },
    contactPoints: [{ kind: 'mobile', value: '+8613800000001', source: 'application' }],
    ...extra,
  });
  return statementOf(message, message.balances, message.dueDate, known);
}
const paid = (id: string, amount: string, valueDate: string, extra: object = {}) =>
  paymentOf(
    repaymentReceived.parse({
      agreementId: 'AGR',
      loanId: 'L',
      repaymentId: id,
      amount,
      currency: 'CNY',
      valueDate,
      receivedAt: `${valueDate}T04:00:00Z`,
      final: true,
      ...extra,
    }),
    known,
  );
const bounced = (id: string, on: string, extra: object = {}) =>
  reversalOf(
    repaymentReversed.parse({
      agreementId: 'AGR',
      loanId: 'L',
      repaymentId: id,
      reversedAt: `${on}T04:00:00Z`,
      reason: 'returned',
      ...extra,
    }),
    known,
  );
const position = (facts: LoanFact[], product?: string) => {
  const found = positionOf(facts, terms(product));
  if (found === null) throw new Error('no statement');
  return found;
};
const three: Instalment[] = [
  [1, '2026-09-08', '10000', '500', '0'],
  [2, '2026-10-08', '10000', '400', '0'],
  [3, '2026-11-08', '10000', '300', '0'],
];

describe('what is owed on a loan', () => {
  it('is unknown until the bank has stated it, whatever was paid before (OUT-OF-ORDER)', () => {
    expect(positionOf([paid('R-1', '5000', '2026-11-09')], terms())).toBeNull();
  });

  it('counts a payment that came before the overdue message but belongs after it', () => {
    const facts = [
      paid('R-1', '10500', '2026-11-10', { sequence: 2 }),
      overdue(1, '2026-11-09', [three[0] as Instalment]),
    ];
    expect(standingOn(position(facts).unpaid, '2026-11-11', '2026-09-08')).toMatchObject({
      overdue: 0n,
      earliestUnpaidDue: null,
    });
  });

  it('takes a payment as contained in balances of a higher number', () => {
    const facts = [paid('R-1', '5000', '2026-11-08', { sequence: 1 }), overdue(2, '2026-11-09', three)];
    expect(position(facts)).toMatchObject({ principal: 30000n, credit: 0n });
  });

  it('without numbers, takes what the bank received up to the end of the stated day as contained', () => {
    const statement = overdue(1, '2026-11-09', three);
    expect(position([paid('R-1', '5000', '2026-11-09'), statement]).principal).toBe(30000n);
    expect(position([paid('R-1', '5000', '2026-11-10'), statement]).principal).toBe(26200n);
  });

  it('re-anchors when the two oldest instalments are paid (KB-2297)', () => {
    const free: Instalment[] = three.map(([number, due, principal]) => [number, due, principal, '0', '0']);
    const facts = [overdue(1, '2026-11-09', free), paid('R-1', '20000', '2026-11-10', { sequence: 2 })];
    expect(standingOn(position(facts).unpaid, '2026-11-11', '2026-09-08')).toMatchObject({
      earliestUnpaidDue: '2026-11-08',
      daysPastDue: 3,
      overdue: 10000n,
    });
  });

  it('keeps a fee of 10 claimable when principal and interest are paid (ERP-58220)', () => {
    const facts = [
      overdue(1, '2026-11-09', [[1, '2026-11-08', '10000', '300', '10']]),
      paid('R-1', '10300', '2026-11-10', { sequence: 2 }),
    ];
    const { unpaid, principal, fees } = position(facts);
    expect([principal + fees, standingOn(unpaid, '2026-11-11', '2026-11-08').overdue]).toEqual([10n, 10n]);
  });

  it('pays interest first up to day 90 at the value date, principal first from day 91 (CARD-91)', () => {
    const card: Instalment[] = [[1, '2026-08-01', '10000', '900', '100']];
    const statement = overdue(1, '2026-08-02', card);
    const backdated = paid('R-1', '1000', '2026-10-30', { sequence: 2, receivedAt: '2026-11-04T04:00:00Z' });
    expect(position([statement, backdated], 'credit-card')).toMatchObject({
      principal: 10000n,
      interest: 0n,
      fees: 0n,
    });
    const late = paid('R-1', '1000', '2026-11-04', { sequence: 2 });
    expect(position([statement, late], 'credit-card')).toMatchObject({ principal: 9000n, interest: 900n, fees: 100n });
  });

  it('gives back what a reversed payment had covered, at the old due date (BOUNCE)', () => {
    const facts = [
      overdue(1, '2026-11-09', three),
      paid('R-1', '31200', '2026-11-10', { sequence: 2 }),
      bounced('R-1', '2026-11-15', { sequence: 3 }),
    ];
    expect(standingOn(position(facts).unpaid, '2026-11-16', '2026-09-08')).toMatchObject({
      earliestUnpaidDue: '2026-09-08',
      daysPastDue: 69,
    });
    expect(position(facts).lastPayment).toBeNull();
  });

  it('keeps money beyond the debt as a credit (MIFOS-2225)', () => {
    const facts = [overdue(1, '2026-11-09', three), paid('R-1', '40000', '2026-11-10', { sequence: 2 })];
    expect(position(facts)).toMatchObject({ principal: 0n, interest: 0n, credit: 8800n });
  });

  it('asks for a minimum payment as one due amount', () => {
    const fact = overdue(1, '2026-11-09', [], {
      instalments: undefined,
      minimumDue: '700',
      dueDate: '2026-11-08',
      balances: { principal: '9000', interest: '500', fees: '100' },
    });
    expect(position([fact]).unpaid).toEqual([{ due: '2026-11-08', amount: 700n }]);
    expect(position([fact, paid('R-1', '700', '2026-11-10', { sequence: 2 })]).unpaid).toEqual([]);
  });

  it('goes by the date the bank declares when it sends no instalments', () => {
    const fact = overdue(1, '2026-11-09', [], {
      instalments: undefined,
      earliestUnpaidDue: '2026-11-01',
      balances: { principal: '9000', interest: '0', fees: '0' },
    });
    expect(position([fact]).unpaid).toEqual([{ due: '2026-11-01', amount: 9000n }]);
    const payment = paid('R-1', '1000', '2026-11-10', { sequence: 2, earliestUnpaidDue: '2026-12-01' });
    expect(standingOn(position([fact, payment]).unpaid, '2026-11-11', '2026-11-01')).toMatchObject({
      overdue: 0n,
      nextDue: '2026-12-01',
    });
  });
});

describe('what a date makes of it', () => {
  const unpaid = [
    { due: '2026-11-08', amount: 5n },
    { due: '2026-12-08', amount: 7n },
  ];
  it('counts the day after the due date as day 1', () => {
    expect(standingOn(unpaid, '2026-11-09', '2026-11-08')).toMatchObject({
      daysPastDue: 1,
      overdue: 5n,
      nextDue: '2026-12-08',
      missed: 1,
    });
  });
  it('takes the next instalment in the day after it fell due, without anything being written', () => {
    expect(standingOn(unpaid, '2026-12-08', '2026-11-08').overdue).toBe(5n);
    expect(standingOn(unpaid, '2026-12-09', '2026-11-08')).toMatchObject({ overdue: 12n, missed: 2 });
  });
  it('names the five-category class of the day', () => {
    expect(
      ['2026-11-08', '2026-11-09', '2027-02-07'].map(
        (date) => standingOn(unpaid.slice(0, 1), date, '2026-11-07').class,
      ),
    ).toEqual(['normal', 'special-mention', 'substandard']);
  });
});

describe('episodes of a loan', () => {
  const due = (date: string) => standingOn([{ due: date, amount: 5n }], '2026-11-20', date);
  const nothing = standingOn([], '2026-11-20', '2026-11-08');
  const now = { mayOpen: true, businessDate: '2026-11-20', unCureWithinDays: 30 };
  const left: EpisodeState = {
    episode: 1,
    status: 'closed',
    closeReason: 'cured',
    lastDue: '2026-11-08',
    leftOn: '2026-11-12',
  };

  it.each([
    ['no account, something overdue', null, due('2026-11-08'), now, { do: 'open', episode: 1 }],
    ['no account, everything already paid', null, nothing, now, { do: 'nothing' }],
    ['an open account, whatever comes', { ...left, status: 'open' }, due('2026-11-18'), now, { do: 'update' }],
    ['a cured account, the old due date again', left, due('2026-11-08'), now, { do: 'continue' }],
    ['a cured account, a later due date', left, due('2026-11-18'), now, { do: 'open', episode: 2 }],
    [
      'a cured account, the old due date after too long',
      { ...left, leftOn: '2026-10-01' },
      due('2026-11-08'),
      now,
      { do: 'open', episode: 2 },
    ],
    [
      'a recalled account that the bank hands over again',
      { ...left, closeReason: 'recalled' },
      due('2026-11-08'),
      now,
      { do: 'open', episode: 2 },
    ],
    ['a message that may not open anything', null, due('2026-11-08'), { ...now, mayOpen: false }, { do: 'nothing' }],
  ] as const)('%s', (_name, newest, standing, at, expected) =>
    expect(episodeStep(newest, standing, at)).toEqual(expected),
  );

  it('is cured, and open again, by what is overdue; other states stay', () => {
    expect([statusAfter('open', 0n), statusAfter('cured', 1n), statusAfter('with-legal', 0n)]).toEqual([
      'cured',
      'open',
      'with-legal',
    ]);
  });
});

describe('numbers of the bank', () => {
  const newest = { sequence: 5, asOf: '2026-11-09', contentHash: 'a' };
  it.each([
    ['higher', { ...newest, sequence: 6 }, 'apply'],
    ['lower', { ...newest, sequence: 4 }, 'history'],
    ['equal, same content', newest, 'duplicate'],
    ['equal, other content, later day', { ...newest, asOf: '2026-11-10', contentHash: 'b' }, 'apply'],
    ['equal, other content, same day', { ...newest, contentHash: 'b' }, 'history'],
  ] as const)('%s', (_name, message, expected) => expect(judgeStatement(newest, message)).toBe(expected));
  it('applies the first one', () => expect(judgeStatement(null, newest)).toBe('apply'));
});
