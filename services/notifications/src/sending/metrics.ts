import type { Clock } from '@arrears/clock';
import type { Metrics } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { queueStanding, type QueueStanding } from '../messages/message.store.js';
import type { SmsProvider } from '../providers/sms-provider.js';

/** Sets the gauges of what waits and of what nobody knows the end of, whenever metrics are read. Ages are of business time. */
export function measureQueue(
  metrics: Metrics,
  { db, clock, provider }: { db: Database; clock: Clock; provider: string },
): void {
  // Gauges are asked side by side when metrics are read: one query serves them all.
  let reading: Promise<QueueStanding> | undefined;
  const read = () => (reading ??= queueStanding(db, clock.nowIso()).finally(() => (reading = undefined)));
  const ageOf = (since: Date | null) => (since === null ? 0 : Math.max(0, clock.now() - since.getTime()) / 1000);
  metrics.gauge({
    name: 'messages_unknown',
    help: 'Messages of which nobody knows whether they left',
    labels: { provider: [provider] },
    collect: async (gauge) => gauge.set({ provider }, (await read()).unknown),
  });
  metrics.gauge({
    name: 'messages_unknown_oldest_seconds',
    help: 'Age of the oldest message of which nobody knows whether it left',
    labels: { provider: [provider] },
    collect: async (gauge) => gauge.set({ provider }, ageOf((await read()).unknownSince)),
  });
  metrics.gauge({
    name: 'send_queue_oldest_seconds',
    help: 'How long the oldest message that may leave has been waiting to',
    labels: { channel: ['sms'] },
    collect: async (gauge) => gauge.set({ channel: 'sms' }, ageOf((await read()).waitingSince)),
  });
}

/** The provider with the time of each of its answers measured. */
export function timedProvider(provider: SmsProvider, metrics: Metrics): SmsProvider {
  const duration = metrics.histogram({
    name: 'provider_request_duration_seconds',
    help: 'From a request to a provider to its answer, or to the end of our patience',
    labels: { provider: [provider.id] },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const observe = duration.start();
    return work.finally(() => observe({ provider: provider.id }));
  };
  return {
    id: provider.id,
    send: (message) => timed(provider.send(message)),
    ask: (clientReference) => timed(provider.ask(clientReference)),
  };
}
