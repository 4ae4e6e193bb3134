import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks `question` again and again until it answers with something truthy, and returns that. Fails after `timeoutMs` of
 * real time, saying what was waited for and why the last answer was none.
 */
export async function until<T>(
  question: () => Promise<T> | T,
  timeoutMs: number,
  what: string,
  everyMs = 100,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await question();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(
        `waited ${timeoutMs} ms in vain for ${what}: last ${last instanceof Error ? last.message : JSON.stringify(last)}`,
      );
    await sleep(everyMs);
  }
}
