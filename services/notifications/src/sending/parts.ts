import { businessDate } from '@arrears/calendar';
import type { Clock } from '@arrears/clock';
import type { CaseFacts } from '@arrears/contracts';
import type { Invariant } from '@arrears/observability';
import type { Database, PersonKeys } from '@arrears/persistence';
import type { Templates } from '../templates/book.js';
import type { ContentMaker } from './content.js';
import type { Gate } from './gate.js';
import type { Providers } from './providers.js';

export interface SenderParts {
  db: Database;
  clock: Clock;
  gate: Gate;
  providers: Providers;
  templates: Pick<Templates, 'find'>;
  personKeys: PersonKeys;
  makeContent: ContentMaker;
  /** A template whose text must not be sent as it came out; the codes say why. */
  onUnfit: (templateId: string, codes: readonly string[]) => void;
  /** For blind indexes of numbers and addresses. */
  indexKey: Buffer;
  /** Business time over which those leave that waited for the same moment. */
  spreadMs: number;
  /** Around each request to a provider. */
  measured: <Answer>(provider: string, request: () => Promise<Answer>) => Promise<Answer>;
  /** Told of what must never be, once it is certain. */
  violated?: ((invariant: Invariant) => void) | undefined;
}

/** What one attempt came to; the words are the labels of `messages_total`. */
export const attempts = [
  'accepted',
  'unknown',
  'refused',
  'unfit',
  'throttled',
  'unreachable',
  'waiting',
  'stopped',
  'denied',
  'stale',
  'expired',
  'withdrawn',
] as const;
export type Attempt = (typeof attempts)[number];

export const today = (facts: CaseFacts, clock: Clock): string => businessDate(clock.nowIso(), facts.timeZone);
