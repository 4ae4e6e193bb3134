import { ApplicationFailure, log, proxyActivities } from '@temporalio/workflow';

const { fail } = proxyActivities<{ fail(text: string): Promise<never> }>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});

/** Says aloud what it should keep to itself, and ends badly. */
export async function chatty(text: string): Promise<void> {
  log.warn(`it is about ${text}`, { about: text });
  await fail(text).catch(() => undefined);
  throw ApplicationFailure.nonRetryable(`no way with ${text}`);
}
