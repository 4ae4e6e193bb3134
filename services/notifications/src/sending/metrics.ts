import type { Clock } from '@arrears/clock';
import type { Metrics } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { queueStanding, type QueueStanding } from '../messages/standing.store.js';
import type { SenderParts } from './parts.js';
import type { Providers } from './providers.js';

/** Sets the gauges of what waits and of what nobody knows the end of, whenever metrics are read. Ages are of business time. */
export function measureQueue(
  metrics: Metrics,
  { db, clock, providers }: { db: Database; clock: Clock; providers: Providers },
): void {
  // Gauges are asked side by side when metrics are read: one look serves them all.
  let reading: Promise<QueueStanding> | undefined;
  const read = () => (reading ??= queueStanding(db, clock.nowIso()).finally(() => (reading = undefined)));
  const ageOf = (since: Date | undefined) =>
    since === undefined ? 0 : Math.max(0, clock.now() - since.getTime()) / 1000;
  const { ids, channels } = providers;
  metrics.gauge({
    name: 'messages_unknown',
    help: 'Messages of which nobody knows whether they left',
    labels: { provider: ids },
    collect: async (gauge) => {
      const { unknown } = await read();
      for (const provider of ids) gauge.set({ provider }, unknown.get(provider)?.n ?? 0);
    },
  });
  metrics.gauge({
    name: 'messages_unknown_oldest_seconds',
    help: 'Age of the oldest message of which nobody knows whether it left',
    labels: { provider: ids },
    collect: async (gauge) => {
      const { unknown } = await read();
      for (const provider of ids) gauge.set({ provider }, ageOf(unknown.get(provider)?.since));
    },
  });
  metrics.gauge({
    name: 'send_queue_oldest_seconds',
    help: 'How long the oldest message that may leave has been waiting to',
    labels: { channel: channels },
    collect: async (gauge) => {
      const { waitingSince } = await read();
      for (const channel of channels) gauge.set({ channel }, ageOf(waitingSince.get(channel)));
    },
  });
  metrics.gauge({
    name: 'provider_circuit_open',
    help: '1 while a provider is left alone because it is in trouble or asked us to wait',
    labels: { provider: ids },
    collect: (gauge) => {
      for (const provider of ids) gauge.set({ provider }, providers.leftAlone(provider) ? 1 : 0);
    },
  });
}

/** Measures how long a provider takes to answer, or until we lost patience. */
export function measureProviders(metrics: Metrics, providers: readonly string[]): SenderParts['measured'] {
  const duration = metrics.histogram({
    name: 'provider_request_duration_seconds',
    help: 'From a request to a provider to its answer, or to the end of our patience',
    labels: { provider: providers },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  return async (provider, request) => {
    const observe = duration.start();
    return request().finally(() => observe({ provider }));
  };
}
