import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** The one timer of a case. It stays as it is while the deadline stands still: that saves two events a fact. */
export interface NextWake {
  /** `at` is real time in epoch ms; null takes the timer away. */
  arm(at: number | null, summary: string): void;
  due(): boolean;
}

interface Timer {
  at: number;
  fired: boolean;
  scope: CancellationScope;
}

export function openNextWake(): NextWake {
  let timer: Timer | undefined;
  return {
    arm(at, summary) {
      if (timer && !timer.fired && timer.at === at) return;
      if (timer && !timer.fired) timer.scope.cancel();
      timer = at === null ? undefined : start(at, summary);
    },
    due: () => timer?.fired === true,
  };
}

function start(at: number, summary: string): Timer {
  const timer: Timer = { at, fired: false, scope: new CancellationScope() };
  // Never 0: a timer of no length is another command, or none, and replay would see the difference.
  const ms = Math.max(1, Math.ceil(at - Date.now()));
  void timer.scope
    .run(() => sleep(ms, { summary }))
    .then(
      () => {
        timer.fired = true;
      },
      (error: unknown) => {
        if (!isCancellation(error)) throw error;
      },
    );
  return timer;
}
