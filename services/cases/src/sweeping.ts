import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@arrears/observability';

export interface SweepOptions {
  /** Does what waits and tells whether more may wait: then it looks again at once. */
  sweep: (signal: AbortSignal) => Promise<boolean>;
  /** Real ms between looks when nothing waits. */
  pollMs: number;
  /** What is swept, as the log names it when the database refuses. */
  name: string;
  log: Pick<Logger, 'warn'>;
}

/** Looks again and again for what waits in the database; an error is logged and the next look tries again. */
export function startSweeping({ sweep, pollMs, name, log }: SweepOptions): { stop: () => Promise<void> } {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const more = await sweep(stop.signal).catch((error: unknown) => {
        log.warn('database-error', { outcome: name }, error);
        return false;
      });
      if (!more) await sleep(pollMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stop.abort();
      await running;
    },
  };
}
