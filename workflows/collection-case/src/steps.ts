import type {
  CaseActivities,
  DecideInput,
  DecideResult,
  NotificationActivities,
  PerformStep,
  StepAnswer,
  TaskQueueName,
} from '@arrears/contracts/activities';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  log,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { quickLocal, untilDone } from './profiles.js';
import { summaryOf } from './visibility.js';

const near = proxyLocalActivities<CaseActivities>(quickLocal);
const far = proxyActivities<CaseActivities>(untilDone);
const notifications = proxyActivities<NotificationActivities>(untilDone);

/** Local and quick as a rule; a normal activity of the same implementation while its database is away. */
export async function decide(input: DecideInput): Promise<DecideResult> {
  const summary = `decision ${input.decisionNo}`;
  try {
    return await near.decide.executeWithOptions({ summary }, [input]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await far.decide.executeWithOptions({ summary }, [input]);
  }
}

/**
 * What became of the step; undefined where facts will tell (a message that could not be called back any more).
 * Of activities it throws nothing but cancellation. If one says for good that it did nothing, the step counts as cancelled.
 */
export async function perform(step: PerformStep, limits: ActivityOptions = {}): Promise<StepAnswer | undefined> {
  try {
    return await performOnce(step, { ...limits, summary: summaryOf(step.summary) });
  } catch (error) {
    // An error that is no failure of an activity is a defect of this code: the task fails and waits for a repaired version.
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const code = cause instanceof ApplicationFailure ? (cause.type ?? 'none') : 'unknown';
    log.error('a step was given up', { step: step.do, code });
    return step.do === 'cancel-message' ? undefined : { effectKey: effectKeyOf(step), answer: 'cancelled' };
  }
}

async function performOnce(step: PerformStep, options: ActivityOptions): Promise<StepAnswer | undefined> {
  const effectKey = effectKeyOf(step);
  const elsewhere = { ...options, taskQueue: queueOf('notifications') };
  switch (step.do) {
    case 'queue-message':
      return { effectKey, answer: await notifications.queueMessage.executeWithOptions(elsewhere, [step.message]) };
    case 'cancel-message': {
      const answer = await notifications.cancelMessage.executeWithOptions(elsewhere, [{ effectKey }]);
      return answer === 'cancelled' ? { effectKey, answer } : undefined;
    }
    case 'open-review':
      return { effectKey, answer: await openReview(step, options.summary ?? '') };
  }
}

async function openReview(
  { review }: PerformStep & { do: 'open-review' },
  summary: string,
): Promise<'opened' | 'stale'> {
  try {
    return await near.openReview.executeWithOptions({ summary }, [review]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await far.openReview.executeWithOptions({ summary }, [review]);
  }
}

function effectKeyOf(step: PerformStep): string {
  switch (step.do) {
    case 'queue-message':
      return step.message.effectKey;
    case 'cancel-message':
      return step.effectKey;
    case 'open-review':
      return step.review.effectKey;
  }
}

/** Queues carry the name of the service that polls them, and all of one stack the same suffix: ours tells which. */
function queueOf(service: TaskQueueName): string {
  const own = workflowInfo().taskQueue;
  if (!own.startsWith('cases')) throw new Error(`a case runs on a queue "cases…", not on "${own}"`);
  return service + own.slice('cases'.length);
}
