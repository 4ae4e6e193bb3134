/* eslint-disable arrears/no-personal-data-in-keys-labels-urls-or-logs -- the destination of a row is kafka or temporal, never a person's */
import { topics } from '@arrears/contracts';
import type { Metrics } from '@arrears/observability';

const destination = ['kafka', 'temporal'] as const;
const topic = topics.map(({ name }) => name);
const outcome = ['handled', 'parked', 'ignored', 'retried'] as const;
const delays = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600];

export type RelayMetrics = ReturnType<typeof relayMetrics>;
export function relayMetrics(metrics: Metrics) {
  return {
    active: metrics.gauge({ name: 'relay_active', help: '1 while this process is the one that publishes' }),
    published: metrics.counter({
      name: 'outbox_published_total',
      help: 'Outbox rows taken over by their destination',
      labels: { destination },
    }),
    refused: metrics.counter({ name: 'outbox_refused_total', help: 'Rows that their destination will never take' }),
    delay: metrics.histogram({
      name: 'outbox_publish_delay_seconds',
      help: 'From the transaction of an outbox row to its acknowledgement',
      labels: { destination },
      buckets: delays,
    }),
    unpublished: metrics.gauge({
      name: 'outbox_unpublished_rows',
      help: 'Committed rows that wait',
      labels: { destination },
    }),
    oldest: metrics.gauge({
      name: 'outbox_oldest_unpublished_seconds',
      help: 'Age of the oldest row that waits',
      labels: { destination },
    }),
    horizon: metrics.gauge({
      name: 'outbox_horizon_seconds',
      help: 'Age of the oldest write transaction of the database, which holds back all rows written after it began',
    }),
    partitionsAhead: metrics.gauge({
      name: 'db_partitions_ahead_days',
      help: 'Days for which partitions are there already',
      labels: { table: ['outbox', 'inbox'] as const },
    }),
  };
}

export type InboxMetrics = ReturnType<typeof inboxMetrics>;
export function inboxMetrics(metrics: Metrics) {
  return {
    pending: metrics.gauge({ name: 'inbox_pending_rows', help: 'Received and not yet handled', labels: { topic } }),
    oldest: metrics.gauge({
      name: 'inbox_oldest_pending_seconds',
      help: 'Age of the oldest row that waits to be handled; rows behind a parked key do not count',
      labels: { topic },
    }),
    handled: metrics.counter({
      name: 'inbox_handled_total',
      help: 'What became of received events',
      labels: { topic, outcome },
    }),
    parkedKeys: metrics.gauge({ name: 'inbox_parked_keys', help: 'Keys that wait for a person', labels: { topic } }),
    parkedOldest: metrics.gauge({
      name: 'inbox_parked_oldest_seconds',
      help: 'Age of the oldest parked row that holds its key',
      labels: { topic },
    }),
    lag: metrics.gauge({
      name: 'kafka_consumer_lag_records',
      help: 'Records in Kafka that were not received yet',
      labels: { topic, partition: { upTo: 50 } },
    }),
    rebalances: metrics.counter({ name: 'kafka_rebalances_total', help: 'Times this member got its partitions anew' }),
    connected: metrics.gauge({ name: 'kafka_connected', help: '1 while the consumer is connected' }),
  };
}
