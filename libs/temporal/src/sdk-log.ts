import type { Logger, LogFields } from '@arrears/observability';
import type { LogEntry } from '@temporalio/worker';

/** Sentences of the SDK that are the same each time, and so may be repeated: others may quote what they are about. */
const known: ReadonlyMap<string, string> = new Map([
  ['Activity failed', 'activity-failed'],
  ['Workflow failed', 'workflow-failed'],
  ['Failing workflow task', 'workflow-task-failed'],
  ['Worker failed', 'worker-failed'],
  ['External sink function threw an error', 'sink-failed'],
  ['Workflow referenced an unregistered external sink', 'sink-unknown'],
]);

const levels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * What the SDK, its core and workflow code have to say, as lines of the service's own log: ids, names of code and the
 * class of a failure; never the sentence, which in workflow code is free text and in failures quotes arguments.
 */
export function sdkLog(log: Logger): (entry: LogEntry) => void {
  return ({ level, message, meta = {} }) => {
    const fields = {
      workflow_id: textIn(meta, 'workflowId', 'workflow_id'),
      run_id: textIn(meta, 'runId', 'run_id'),
      task_queue: textIn(meta, 'taskQueue', 'task_queue'),
      activity: textIn(meta, 'activityType', 'workflowType'),
      attempt: numberIn(meta, 'attempt'),
      outcome: known.get(message) ?? textIn(meta, 'sdkComponent', 'target'),
    } satisfies LogFields;
    const failure: unknown = meta['error'] ?? meta['err'];
    log[levels[level]]('temporal-message', fields, failure instanceof Error ? failure : undefined);
  };
}

function textIn(meta: Record<PropertyKey, unknown>, ...names: string[]): string | undefined {
  return names.map((name) => meta[name]).find((value): value is string => typeof value === 'string');
}

function numberIn(meta: Record<PropertyKey, unknown>, name: string): number | undefined {
  const value = meta[name];
  return typeof value === 'number' ? value : undefined;
}
