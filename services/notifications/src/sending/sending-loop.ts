import { setTimeout as sleep } from 'node:timers/promises';
import { deemDelivered } from '../messages/deemed.js';
import type { MessageRow } from '../messages/message.store.js';
import { claimDue, wakeParked, type ClaimedRow } from '../messages/queue.store.js';
import { askSilent, reconcile } from './reconcile.js';
import type { Attempt, SenderParts } from './parts.js';
import { sendOne } from './sender.js';
import { fairShares, type Shares } from './shares.js';

export interface SendingLoop {
  /** Rejects when the loop met a defect; the process should then end. */
  readonly done: Promise<void>;
  /** Takes no new message and waits for those in hand. */
  stop(): Promise<void>;
}

export interface SendingLoopOptions {
  /** Weights of clients by agreement; 1 where nothing is told. */
  weights?: ReadonlyMap<string, number>;
  /** Messages in hand at a time and channel; fewer where the providers are slow. */
  inFlight?: number;
  /** Real ms between looks at an empty queue: one indexed read of due rows. */
  idleMs?: number;
  onAttempt: (attempt: Attempt, channel: MessageRow['channel']) => void;
  onError: (error: unknown, messageId?: string) => void;
}

/** Turns that a client loses whose message met a stop order: enough that its queue costs the others a tenth of the pace. */
const stoppedTurns = 9;

/** Works off the queues of all channels side by side, and settles what was left open. */
export function startSendingLoop(parts: SenderParts, options: SendingLoopOptions): SendingLoop {
  const { inFlight = 16, idleMs = 250, weights } = options;
  const stopped = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal }).catch(() => undefined);
  const orElse =
    <T>(instead: T) =>
    (error: unknown): T => {
      options.onError(error);
      return instead;
    };

  const attempt = async (row: ClaimedRow, shares: Shares) => {
    try {
      const outcome = await sendOne(parts, row);
      if (outcome === 'stopped') shares.penalise(row.agreementId, stoppedTurns);
      options.onAttempt(outcome, row.channel);
    } catch (error) {
      // The row stays claimed for some seconds or open for the reconciler: nothing is lost, and nothing is sent twice.
      options.onError(error, row.messageId);
    }
  };

  async function send(channel: MessageRow['channel']): Promise<void> {
    const inHand = new Set<Promise<void>>();
    const shares = fairShares(weights);
    // What is in hand waits for its slot: never so much that the last one's claim runs out.
    const most = Math.max(1, Math.min(inFlight, Math.floor(parts.providers.ratePerSecond(channel) * 5)));
    while (!stopped.signal.aborted) {
      const claim = {
        channel,
        businessNow: parts.clock.nowIso(),
        limit: most - inHand.size,
        turns: shares.turns(),
        floor: shares.floor(),
      };
      const due = await claimDue(parts.db, claim).catch(orElse<ClaimedRow[]>([]));
      shares.charge(due.map(({ agreementId }) => agreementId));
      for (const row of due) {
        const work = attempt(row, shares).finally(() => inHand.delete(work));
        inHand.add(work);
      }
      if (inHand.size >= most) await Promise.race(inHand);
      else if (due.length === 0) await pause(idleMs);
    }
    await Promise.all(inHand);
  }

  async function wake(): Promise<void> {
    while (!stopped.signal.aborted) {
      const woken = await wakeParked(parts.db).catch(orElse(0));
      if (woken === 0) await pause(idleMs);
    }
  }

  async function settle(): Promise<void> {
    while (!stopped.signal.aborted) {
      const looked = await reconcile(parts).catch(orElse(0));
      const silent = await askSilent(parts).catch(orElse(0));
      const deemed = await deemDelivered(parts).catch(orElse(0));
      if (looked + silent + deemed === 0) await pause(1_000);
    }
  }

  const done = Promise.all([...parts.providers.channels.map(send), wake(), settle()]).then(() => undefined);
  return {
    done,
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}
