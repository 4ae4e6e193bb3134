import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * How often and how long, by what may happen when it is tried again.
 *
 * A local activity is tried three times and no longer: while it waits it holds a slot for workflow tasks, and forty
 * waking cases on a database that is down would stop every command. After that the same work is a normal activity,
 * which the server tries again at the price of a dozen events however long the outage lasts.
 */
export const quickLocal: LocalActivityOptions = {
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', backoffCoefficient: 2 },
};

/** One row, keyed: doing it twice does nothing. So it is tried until it is done, whatever is down. */
export const untilDone: ActivityOptions = {
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  // A message must not be queued behind the back of a clean-up that has already called everything back.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** Clean-up after a cancel: tried for a day, then left to the gate, which refuses messages of a closed case anyway. */
export const cleanUp: ActivityOptions = { ...untilDone, scheduleToCloseTimeout: '1 day' };
