import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type SearchAttributePair,
} from '@temporalio/common';

/**
 * What the outbox relay hands over. Each call ends in one of four final answers; anything else is thrown and may be
 * tried again, since every call says the same thing twice without harm.
 * `not-found` = never existed here: its start may still be under way, so it is tried again too.
 */
export interface TemporalDestination {
  start(workflowId: string, action: StartAction): Promise<DeliveryAnswer>;
  signal(workflowId: string, action: SignalAction): Promise<DeliveryAnswer>;
  update(workflowId: string, action: UpdateAction): Promise<DeliveryAnswer>;
  cancel(workflowId: string): Promise<DeliveryAnswer>;
}

export type DeliveryAnswer = 'done' | 'already-running' | 'already-completed' | 'not-found';

export interface StartAction {
  workflowType: string;
  taskQueue: string;
  args: unknown[];
  /** Names registered as Keyword. */
  searchAttributes?: Record<string, string>;
}
export interface SignalAction {
  signal: string;
  upTo: number;
}
export interface UpdateAction {
  updateId: string;
  update: string;
  args: unknown[];
}

/** The workflow's validator said no to the shape of an update. Trying again can't help: a defect of the sender. */
export class UpdateRejected extends Error {
  constructor(workflowId: string, updateId: string, cause: unknown) {
    super(`update ${updateId} was rejected by ${workflowId}`, { cause });
    this.name = 'UpdateRejected';
  }
}

/**
 * Every call has a deadline: an update whose workflow can't run would wait for ever. It is sent again with the same
 * `updateId` and gets the same answer.
 */
export function temporalDestination(client: Client, { deadlineMs = 10_000 } = {}): TemporalDestination {
  const within = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + deadlineMs, call);
  const { workflow } = client;
  return {
    /**
     * A start that meets the running workflow is `done` like any other: the server attaches to it without a sign.
     * REJECT_DUPLICATE keeps a closed case closed: its number is spent, a reopened case has the next one.
     */
    start: (workflowId, { workflowType, taskQueue, args, searchAttributes = {} }) =>
      answerOf(() =>
        within(() =>
          workflow.start(workflowType, {
            workflowId,
            taskQueue,
            args,
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            typedSearchAttributes: keywords(searchAttributes),
          }),
        ),
      ),
    signal: (workflowId, { signal, upTo }) =>
      answerOf(() => within(() => workflow.getHandle(workflowId).signal(signal, { upTo }))),
    update: (workflowId, { update, updateId, args }) =>
      answerOf(async () => {
        try {
          await within(() =>
            workflow.getHandle(workflowId).executeUpdate(update, { updateId, args: args as [unknown] }),
          );
        } catch (error) {
          if (error instanceof WorkflowUpdateFailedError) throw new UpdateRejected(workflowId, updateId, error.cause);
          throw error;
        }
      }),
    cancel: (workflowId) => answerOf(() => within(() => workflow.getHandle(workflowId).cancel())),
  };
}

/** The SDK has one class for «closed» and «never existed»; only the server's sentence tells them apart. */
async function answerOf(call: () => Promise<unknown>): Promise<DeliveryAnswer> {
  try {
    await call();
    return 'done';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already-completed';
    if (error instanceof WorkflowNotFoundError) {
      return /already completed/i.test(error.message) ? 'already-completed' : 'not-found';
    }
    throw error;
  }
}

function keywords(attributes: Record<string, string>): SearchAttributePair[] {
  return Object.entries(attributes).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value }));
}
