export { currencies, currencyExponent, isCurrency } from './currency.js';
export {
  add,
  compare,
  formatMoney,
  fromJson,
  isZero,
  money,
  parseMoney,
  subtract,
  sum,
  toJson,
  zero,
} from './money.js';
export type { Money, MoneyJson, ParsedMoney } from './money.js';
export { bucketOf, currentBucket, daysPastDue, defaultBuckets, validateBuckets } from './buckets.js';
export type { Bucket, BucketProblem } from './buckets.js';
export { classify, observationOver, riskClasses, riskClassZh } from './classification.js';
export type { Restructured, RiskClass } from './classification.js';
export { components, defaultOrders, orderFor, validateOrders } from './allocation-order.js';
export type { AllocationOrder, Component } from './allocation-order.js';
export { allocate } from './allocate.js';
export type { Allocation, Amounts, Claim, Part } from './allocate.js';
export { allocateAcross, proRata } from './several-debts.js';
export type { Debt, DebtShare } from './several-debts.js';
export type { ChargeFact, InstalmentFact, LedgerFact, PaymentFact, ReversalFact, StatementFact } from './facts.js';
export { reallocate, replay, totalOf } from './replay.js';
export type { Ledger, PaymentAllocation, ReplayOptions } from './replay.js';
export { equalInstalments, maxCardInstalments } from './instalments.js';
export type { Instalment } from './instalments.js';
export type { LocalDate } from './day-number.js';
