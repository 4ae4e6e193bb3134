import type { Logger } from '@arrears/observability';

export interface StopHook {
  name: string;
  stop: () => Promise<unknown> | void;
}

/**
 * Runs the hooks one after another, the last registered first: what was opened last rests on what was opened before.
 * A hook that fails is logged and does not keep the others from running.
 * @param endsAt epoch ms after which nothing is waited for any more
 * @returns false when a hook failed or time ran out
 */
export async function runStopHooks(hooks: readonly StopHook[], endsAt: number, log: Logger): Promise<boolean> {
  let orderly = true;
  for (const hook of [...hooks].reverse()) {
    const outcome = await within(Math.max(0, endsAt - Date.now()), hook);
    if (outcome === 'done') continue;
    orderly = false;
    if (outcome === 'late') log.error('drain-timed-out', { activity: hook.name });
    else log.error('stop-hook-failed', { activity: hook.name }, outcome.failure);
  }
  return orderly;
}

async function within(limitMs: number, hook: StopHook): Promise<'done' | 'late' | { failure: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  const done = Promise.resolve()
    .then(() => hook.stop())
    .then(
      () => 'done' as const,
      (failure: unknown) => ({ failure }),
    );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
