import { Worker } from '@temporalio/worker';
import type { CodecKeyRing } from './codec.js';
import { dataConverter } from './data-converter.js';
import { installRuntime } from './runtime.js';
import { workerInterceptors, workflowSpanSinks } from './tracing.js';

export interface RecordedHistory {
  workflowId: string;
  /** As `temporal workflow show --output json` gives it, or a client fetches it. Recorded in namespace `default`: replay knows no other. */
  history: unknown;
}

/** What we read of a history ourselves: the same in JSON and as the client fetches it. */
interface HistoryStart {
  events?: { workflowExecutionStartedEventAttributes?: { taskQueue?: { name?: string } } }[];
}

/**
 * Runs today's code against what was recorded. Throws `DeterminismViolationError` when it would give other commands.
 * It proves commands only: arguments, payloads and durations are pinned by contract tests.
 */
export async function replay(
  recorded: RecordedHistory,
  { ring, workflowBundle }: { ring: CodecKeyRing; workflowBundle: { code: string } },
): Promise<void> {
  installRuntime();
  const { events } = recorded.history as HistoryStart;
  // Workflow code may derive other queues from its own: it has to see the one it was started on.
  const queue = events?.[0]?.workflowExecutionStartedEventAttributes?.taskQueue?.name;
  await Worker.runReplayHistory(
    {
      workflowBundle,
      dataConverter: dataConverter(ring),
      interceptors: workerInterceptors(),
      sinks: workflowSpanSinks(undefined),
      ...(queue && { replayName: queue }),
    },
    recorded.history,
    recorded.workflowId,
  );
}
