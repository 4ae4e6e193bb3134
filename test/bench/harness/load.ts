/** As many at once in every benchmark, on both sides. */
export const inFlight = 32;

/** Runs `work` for 0 to `count - 1`, never more than `atOnce` at a time; the first error ends it. */
export async function forEachInFlight(
  count: number,
  work: (index: number) => Promise<unknown>,
  atOnce = inFlight,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}

/** How many a second `work` gets through, `inFlight` at a time. */
export async function rate(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await forEachInFlight(count, work);
  return count / ((performance.now() - begun) / 1000);
}

/** Waits until `look` says so; throws after `timeoutMs`, naming what it waited for. */
export async function until(what: string, look: () => Promise<boolean> | boolean, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
