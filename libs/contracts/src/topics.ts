/** The one list of topics; the local stack, the tests and the chart read it. Days are of Kafka's retention. */
export const topics = [
  { name: 'bank.loans.v1', key: 'loanId', partitions: 6, retentionDays: 7 },
  { name: 'bank.repayments.v1', key: 'loanId', partitions: 6, retentionDays: 7 },
  { name: 'collections.cases.v1', key: 'caseId', partitions: 6, retentionDays: 14 },
  { name: 'contacts.records.v1', key: 'debtorId', partitions: 6, retentionDays: 14 },
  { name: 'notifications.deliveries.v1', key: 'debtorId', partitions: 6, retentionDays: 14 },
] as const satisfies readonly Topic[];

export interface Topic {
  name: string;
  key: 'loanId' | 'caseId' | 'debtorId';
  partitions: number;
  retentionDays: number;
}
export type TopicName = (typeof topics)[number]['name'];

/** Tests and shared clusters put a prefix before every topic. */
export function topicName(prefix: string, name: TopicName): string {
  return `${prefix}${name}`;
}
