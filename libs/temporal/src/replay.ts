import { Worker } from '@temporalio/worker';
import type { CodecKeyRing } from './codec.js';
import { dataConverter } from './data-converter.js';
import { installRuntime } from './runtime.js';
import { workerInterceptors, workflowSpanSinks } from './tracing.js';

export interface RecordedHistory {
  workflowId: string;
  /** As `temporal workflow show --output json` gives it. Recorded in namespace `default`: replay knows no other. */
  history: unknown;
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
  await Worker.runReplayHistory(
    {
      workflowBundle,
      dataConverter: dataConverter(ring),
      interceptors: workerInterceptors(),
      sinks: workflowSpanSinks(undefined),
    },
    recorded.history,
    recorded.workflowId,
  );
}
