import { dayNumber, plusMonths, type LocalDate } from './day-number.js';

/** The five categories, best first: 正常 关注 次级 可疑 损失. */
export const riskClasses = ['normal', 'special-mention', 'substandard', 'doubtful', 'loss'] as const;
export type RiskClass = (typeof riskClasses)[number];

export const riskClassZh: Readonly<Record<RiskClass, string>> = {
  normal: '正常',
  'special-mention': '关注',
  substandard: '次级',
  doubtful: '可疑',
  loss: '损失',
};

/** A restructured debt under observation: what was due since, and whether each was paid on time. */
export interface Restructured {
  readonly on: LocalDate;
  readonly classThen: RiskClass;
  readonly repayments: readonly { readonly due: LocalDate; readonly kept: boolean }[];
}

/** Lower limits in days past due, worst first: over 360, over 270, over 90, any. */
const limits: readonly { over: number; is: RiskClass }[] = [
  { over: 360, is: 'loss' },
  { over: 270, is: 'doubtful' },
  { over: 90, is: 'substandard' },
  { over: 0, is: 'special-mention' },
];

const worse = (a: RiskClass, b: RiskClass): RiskClass => (riskClasses.indexOf(a) >= riskClasses.indexOf(b) ? a : b);

/** Observation is over after a year at least and two repayments in a row; a miss starts it again from the missed due date. */
export function observationOver(businessDate: LocalDate, plan: Restructured): boolean {
  const due = plan.repayments
    .filter((r) => dayNumber(r.due) <= dayNumber(businessDate))
    .sort((a, b) => dayNumber(a.due) - dayNumber(b.due));
  const missedAt = due.findLastIndex((r) => !r.kept);
  const start = due[missedAt]?.due ?? plan.on;
  const keptInARow = due.length - 1 - missedAt;
  return keptInARow >= 2 && dayNumber(businessDate) >= dayNumber(plusMonths(start, 12));
}

/**
 * Five-category class by days past due, collateral or not (China, measures on risk classification of financial assets of
 * 2023, in force since 2023-07-01). A restructured debt keeps the class it had, at best 关注, until its observation is over.
 */
export function classify(dpd: number, restructured?: { businessDate: LocalDate; plan: Restructured }): RiskClass {
  const byDays = limits.find((limit) => dpd > limit.over)?.is ?? 'normal';
  if (!restructured || observationOver(restructured.businessDate, restructured.plan)) return byDays;
  return worse(byDays, worse(restructured.plan.classThen, 'special-mention'));
}
