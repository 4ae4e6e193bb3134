import type { SendAnswer } from '../providers/ports.js';

export interface BreakerOptions {
  /** Troubles in a row after which a provider is left alone. Default 5. */
  troubles?: number;
  /** Real ms until one message tries it again. Default 30,000. */
  openMs?: number;
}

/** Leaves a provider alone that is in trouble, so that messages neither wait for it nor pile up as unknown. Real time. */
export interface Breaker {
  /** Whether the next message may be handed to it. After the rest one may, until its answer is known. */
  allows(now: number): boolean;
  /** Real ms until it may be tried again; 0 = now. */
  waitMs(now: number): number;
  note(answer: SendAnswer, now: number): void;
}

/** A message that tried the provider after its rest, and of which nothing was heard: another may try. */
const probeMs = 15_000;

export function breaker({ troubles = 5, openMs = 30_000 }: BreakerOptions = {}): Breaker {
  let inARow = 0;
  let closedUntil = 0;
  let probing = false;
  return {
    allows: (now) => {
      if (now < closedUntil) return false;
      if (inARow >= troubles) {
        // The first after the rest goes ahead alone; the others wait for what it meets.
        probing = true;
        closedUntil = now + probeMs;
      }
      return true;
    },
    waitMs: (now) => Math.max(0, closedUntil - now),
    note: (answer, now) => {
      const tried = probing;
      probing = false;
      if (answer.answer === 'throttled') {
        closedUntil = Math.max(closedUntil, now + answer.retryAfterMs);
        return;
      }
      if (!isTrouble(answer)) {
        inARow = 0;
        closedUntil = tried ? now : Math.min(closedUntil, now);
        return;
      }
      inARow += 1;
      if (inARow >= troubles) closedUntil = now + openMs;
    },
  };
}

function isTrouble(answer: SendAnswer): boolean {
  return (
    answer.answer === 'unknown' ||
    answer.answer === 'unreachable' ||
    (answer.answer === 'refused' && answer.blames === 'provider')
  );
}
