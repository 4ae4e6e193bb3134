/** Token bucket over real time. `take` waits for its turn in the order of calls; the permit is asked only after it. */
export interface RateLimit {
  take(): Promise<void>;
}

/** @param perSecond messages a second in the long run; bursts up to one second's worth. */
export function rateLimit(perSecond: number, now: () => number, sleep: (ms: number) => Promise<void>): RateLimit {
  let tokens = perSecond;
  let at = now();
  let turn: Promise<void> = Promise.resolve();
  async function wait(): Promise<void> {
    for (;;) {
      const time = now();
      tokens = Math.min(perSecond, tokens + ((time - at) / 1000) * perSecond);
      at = time;
      if (tokens >= 1) {
        tokens -= 1;
        return;
      }
      await sleep(Math.ceil(((1 - tokens) / perSecond) * 1000));
    }
  }
  return {
    take: () => {
      turn = turn.then(wait);
      return turn;
    },
  };
}
