import type { ErrorCode } from '@arrears/contracts';
import { defineEvents, type Logger, type Metrics, type PlatformEvent } from '@arrears/observability';

const outcomes = [
  'taken',
  'known-already',
  'nothing-new',
  'not-found',
  'bad-signature',
  'invalid-input',
  'other',
] as const;
const [providerRefused] = defineEvents(['provider-refused']);

interface Came {
  what: 'receipt' | 'inbound';
  provider: string;
  outcome: ErrorCode | (typeof outcomes)[number];
}
/** Counts what providers bring, and logs what was refused: of whom and why, never what it said. */
export interface Door {
  note(came: Came): void;
  refused(came: Came): void;
}

export function providerDoor(metrics: Metrics, log: Logger<PlatformEvent>, providers: readonly string[]): Door {
  const counter = metrics.counter({
    name: 'provider_calls_total',
    help: 'What providers brought to our addresses or over their lines, by what came of it',
    labels: { what: ['receipt', 'inbound'], provider: [...providers, 'other'], outcome: outcomes },
  });
  const known = (outcome: Came['outcome']) => outcomes.find((one) => one === outcome) ?? 'other';
  const count = ({ what, provider, outcome }: Came) => counter.inc({ what, provider, outcome: known(outcome) });
  return {
    note: count,
    refused: (came) => {
      count(came);
      const { what: mode, provider, outcome: error_code } = came;
      (log as Logger<PlatformEvent | typeof providerRefused>).warn(providerRefused, { mode, provider, error_code });
    },
  };
}
