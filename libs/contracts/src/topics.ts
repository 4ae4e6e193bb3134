/** Kafka's own default. */
const usualBytes = 1 << 20;
/**
 * The bank's topics take more than any event may have: what a bank sends by mistake then lies in our inbox, where people
 * see it, instead of being lost with the producer's error. The topic's limit overrides the broker's.
 */
const bankBytes = 4 << 20;

/** The one list of topics; the local stack, the tests and the chart read it. Days are of Kafka's retention. */
export const topics = [
  { name: 'bank.loans.v1', key: 'loanId', partitions: 6, retentionDays: 7, maxRecordBytes: bankBytes },
  { name: 'bank.repayments.v1', key: 'loanId', partitions: 6, retentionDays: 7, maxRecordBytes: bankBytes },
  { name: 'collections.cases.v1', key: 'caseId', partitions: 6, retentionDays: 14, maxRecordBytes: usualBytes },
  { name: 'contacts.records.v1', key: 'debtorId', partitions: 6, retentionDays: 14, maxRecordBytes: usualBytes },
  {
    name: 'notifications.deliveries.v1',
    key: 'debtorId',
    partitions: 6,
    retentionDays: 14,
    maxRecordBytes: usualBytes,
  },
] as const satisfies readonly Topic[];

export interface Topic {
  name: string;
  key: 'loanId' | 'caseId' | 'debtorId';
  partitions: number;
  retentionDays: number;
  /** The broker refuses larger records (with their batch, compressed). */
  maxRecordBytes: number;
}
export type TopicName = (typeof topics)[number]['name'];

/** Tests and shared clusters put a prefix before every topic. */
export function topicName(prefix: string, name: TopicName): string {
  return `${prefix}${name}`;
}

/** Settings of a topic on the broker, by Kafka's names. */
export function topicSettings({ retentionDays, maxRecordBytes }: Topic): Record<string, string> {
  return { 'retention.ms': String(retentionDays * 86_400_000), 'max.message.bytes': String(maxRecordBytes) };
}
