import { setTimeout as sleep } from 'node:timers/promises';
import type { Pdu, Session } from 'smpp';
import { openSession, type SessionOptions } from './session.js';

export interface LinkOptions extends SessionOptions {
  /** Requests without an answer at a time. */
  window: number;
}
/** What became of a request: `not-sent` is certain, `nothing` is not. */
export type LinkAnswer =
  { came: 'answer'; pdu: Pdu } | { came: 'not-sent'; code: 'not-bound' | 'window-full' } | { came: 'nothing' };

export interface Link {
  /** Sends a request within the window; `late` hears an answer that comes after the time-out. */
  request(
    command: 'submit_sm' | 'query_sm',
    fields: Record<string, unknown>,
    late?: (pdu: Pdu) => void,
  ): Promise<LinkAnswer>;
  stop(): Promise<void>;
}

/** Real ms that a request waits for a session, and for a place in the window. */
const waitMs = 2_000;
const lookMs = 20;

/**
 * A session that is made again, with growing pauses, whenever it is lost. A request of a lost session stays without an
 * answer.
 */
export function smppLink(options: LinkOptions, deliver: (pdu: Pdu) => Promise<number>, realNow: () => number): Link {
  let current: Session | undefined;
  let bound: Session | undefined;
  let unanswered = 0;
  /** Ends of requests that wait: called when the session is lost. */
  const waiting = new Set<() => void>();
  const stopped = new AbortController();

  async function live(): Promise<void> {
    for (let pauseMs = 250; !stopped.signal.aborted; pauseMs = Math.min(pauseMs * 2, 15_000)) {
      if (await oneSession()) pauseMs = 250;
      await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  /** Resolves when the session is over: whether it was ever bound. */
  function oneSession(): Promise<boolean> {
    return new Promise((over) => {
      let wasBound = false;
      const session = openSession(options, {
        deliver,
        bound: () => {
          wasBound = true;
          bound = session;
        },
        over: () => {
          bound = undefined;
          for (const lost of [...waiting]) lost();
          over(wasBound);
        },
      });
      current = session;
    });
  }

  async function place(): Promise<Session | 'not-bound' | 'window-full'> {
    for (const end = realNow() + waitMs; ; await sleep(lookMs)) {
      if (bound && unanswered < options.window) return bound;
      if (stopped.signal.aborted || realNow() >= end) return bound ? 'window-full' : 'not-bound';
    }
  }

  function exchange(session: Session, ...[command, fields, late]: Parameters<Link['request']>): Promise<LinkAnswer> {
    unanswered += 1;
    return new Promise((answered) => {
      let over = false;
      const finish = (answer: LinkAnswer): void => {
        if (over) return;
        over = true;
        unanswered -= 1;
        clearTimeout(timer);
        waiting.delete(lost);
        answered(answer);
      };
      const lost = (): void => finish({ came: 'nothing' });
      const timer = setTimeout(lost, options.timeoutMs);
      waiting.add(lost);
      const written = session[command](fields, (pdu) => {
        if (over) late?.(pdu);
        else finish({ came: 'answer', pdu });
      });
      if (!written) finish({ came: 'not-sent', code: 'not-bound' });
    });
  }

  const living = live();
  return {
    request: async (...request) => {
      const session = await place();
      return typeof session === 'string' ? { came: 'not-sent', code: session } : exchange(session, ...request);
    },
    stop: async () => {
      stopped.abort();
      const session = bound;
      if (session) {
        const polite = new Promise<void>((done) => {
          if (!session.unbind(() => done())) done();
        });
        await Promise.race([polite, sleep(500)]);
      }
      current?.destroy();
      await living;
    },
  };
}
