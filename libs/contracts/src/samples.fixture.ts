import type { LoanOverdue } from './bank-events.js';

/** Messages as a bank sends them, for tests of this package. Every name and number is synthetic. */
export const fullLoan: LoanOverdue = {
  agreementId: 'AGR-1',
  loanId: 'L-1',
  sequence: 1,
  customerNo: 'C-1',
  product: 'credit-card',
  currency: 'CNY',
  branch: 'B001',
  contractNo: 'K-1',
  contractDate: '2024-03-01',
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
  contactPoints: [
    { kind: 'mobile', value: '+8613800000001', source: 'application' },
    { kind: 'email', value: 'sample@example.com', source: 'application' },
    {
      kind: 'address',
      value: { country: 'CN', region: '北京', city: '北京', line: '样本街1号', postcode: '100010' },
      source: 'application',
    },
  ],
  guarantors: [
    {
      name: '合成担保',
      customerNo: 'C-2',
      liability: 'joint',
      contactPoints: [{ kind: 'mobile', value: '+8613800000002', source: 'application' }],
    },
  ],
  contactPersons: [{ name: '合成联系', relation: 'parent', phone: '+8613800000003' }],
  collateral: { kind: 'none' },
  score: 0.42,
  segment: 'mass',
  priorActions: [],
  clientWish: null,
};

/** Nothing but what is required. */
export const smallestLoan = {
  agreementId: 'AGR-1',
  loanId: 'L-1',
  sequence: 1,
  customerNo: 'C-1',
  product: 'credit-card',
  currency: 'CNY',
  dueDate: '2026-11-08',
  asOf: '2026-11-09',
  balances: { principal: '1250000', interest: '18350', fees: '6250' },
  minimumDue: '124600',
  debtor: { name: '合成样本' },
  contactPoints: [{ kind: 'mobile', value: '+8613800000001', source: 'application' }],
};

export const repayment = {
  agreementId: 'AGR-1',
  loanId: 'L-1',
  repaymentId: 'R-1',
  amount: '50000',
  currency: 'CNY',
  valueDate: '2026-11-10',
  receivedAt: '2026-11-10T09:00:00+08:00',
  sequence: 2,
  final: true,
  channel: 'transfer',
  payer: 'debtor',
};
