import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

/** What Temporal alone costs: workflows that do nothing, for the other side of each comparison. */
export const nudge = defineSignal('nudge');

export async function empty(): Promise<void> {}

/** Takes one signal and returns: the same calls of a client as a case that is paid. */
export async function nudgedOnce(): Promise<void> {
  let nudged = false;
  setHandler(nudge, () => {
    nudged = true;
  });
  await condition(() => nudged);
}

/** Takes signals for as long as it lives, and does nothing with them. */
export async function takesSignals(expected: number): Promise<number> {
  let taken = 0;
  setHandler(nudge, () => {
    taken++;
  });
  await condition(() => taken >= expected);
  return taken;
}

export async function sleeper(): Promise<void> {
  await sleep('30 days');
}
