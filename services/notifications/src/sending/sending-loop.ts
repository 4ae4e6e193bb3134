import { setTimeout as sleep } from 'node:timers/promises';
import { claimDue } from '../messages/message.store.js';
import { reconcile } from './reconcile.js';
import { sendOne, type Attempt, type SenderParts } from './sender.js';

export interface SendingLoop {
  /** Rejects when the loop met a defect; the process should then end. */
  readonly done: Promise<void>;
  /** Takes no new message and waits for those in hand. */
  stop(): Promise<void>;
}

export interface SendingLoopOptions {
  /** Messages in hand at a time. */
  inFlight?: number;
  /** Real ms between looks at an empty queue: one indexed read of due rows. */
  idleMs?: number;
  onAttempt: (attempt: Attempt, channel: 'sms') => void;
  onError: (error: unknown, messageId?: string) => void;
}

/** Works off the queue in the order in which messages became due, and settles what was left open. */
export function startSendingLoop(parts: SenderParts, options: SendingLoopOptions): SendingLoop {
  const { inFlight = 16, idleMs = 250 } = options;
  const inHand = new Set<Promise<void>>();
  const stopped = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal }).catch(() => undefined);

  const attempt = async (row: Awaited<ReturnType<typeof claimDue>>[number]) => {
    try {
      options.onAttempt(await sendOne(parts, row), row.channel);
    } catch (error) {
      // The row stays claimed for some seconds or open for the reconciler: nothing is lost, and nothing is sent twice.
      options.onError(error, row.messageId);
    }
  };

  async function send(): Promise<void> {
    while (!stopped.signal.aborted) {
      const due = await claimDue(parts.db, parts.clock.nowIso(), inFlight - inHand.size).catch((error: unknown) => {
        options.onError(error);
        return [];
      });
      for (const row of due) {
        const work = attempt(row).finally(() => inHand.delete(work));
        inHand.add(work);
      }
      if (inHand.size >= inFlight) await Promise.race(inHand);
      else if (due.length === 0) await pause(idleMs);
    }
    await Promise.all(inHand);
  }

  async function settle(): Promise<void> {
    while (!stopped.signal.aborted) {
      const looked = await reconcile(parts).catch((error: unknown) => {
        options.onError(error);
        return 0;
      });
      if (looked === 0) await pause(1_000);
    }
  }

  const done = Promise.all([send(), settle()]).then(() => undefined);
  return {
    done,
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}
