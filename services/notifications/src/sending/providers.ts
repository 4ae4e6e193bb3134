import type { MessageChannel, ProviderPort, SendAnswer } from '../providers/ports.js';
import { breaker, type Breaker, type BreakerOptions } from './breaker.js';
import type { Pace } from './pace.js';

export interface Provider {
  readonly port: ProviderPort;
  readonly pace: Pace;
}

/** The providers of all channels, each channel's in order of preference. */
export interface Providers {
  readonly channels: readonly MessageChannel[];
  readonly ids: readonly string[];
  find(id: string): ProviderPort | undefined;
  /** The first of the channel that may be used now, apart from those named. */
  pick(channel: MessageChannel, apartFrom?: ReadonlySet<string>): Provider | undefined;
  /** Real ms until one of the channel may be tried again. */
  waitMs(channel: MessageChannel): number;
  /** Whether it is left alone now, in trouble or at its own wish. */
  leftAlone(id: string): boolean;
  /** Messages a second that all providers of the channel take together. */
  ratePerSecond(channel: MessageChannel): number;
  note(id: string, answer: SendAnswer): void;
}

export interface ProvidersOptions {
  paceOf: (port: ProviderPort) => Pace;
  now: () => number;
  breaker?: BreakerOptions;
}

/** @param ports in order of preference */
export function providersOf(
  ports: readonly ProviderPort[],
  { paceOf, now, breaker: options }: ProvidersOptions,
): Providers {
  const all = ports.map((port): Provider & { breaker: Breaker } => ({
    port,
    pace: paceOf(port),
    breaker: breaker(options),
  }));
  const of = (channel: MessageChannel) => all.filter(({ port }) => port.channel === channel);
  return {
    channels: [...new Set(ports.map(({ channel }) => channel))],
    ids: ports.map(({ id }) => id),
    leftAlone: (id) => (all.find(({ port }) => port.id === id)?.breaker.waitMs(now()) ?? 0) > 0,
    find: (id) => all.find(({ port }) => port.id === id)?.port,
    pick: (channel, apartFrom) =>
      of(channel).find((one) => apartFrom?.has(one.port.id) !== true && one.breaker.allows(now())),
    waitMs: (channel) => Math.min(...of(channel).map((one) => one.breaker.waitMs(now())), 300_000),
    ratePerSecond: (channel) => of(channel).reduce((sum, { port }) => sum + port.ratePerSecond, 0),
    note: (id, answer) => all.find(({ port }) => port.id === id)?.breaker.note(answer, now()),
  };
}
