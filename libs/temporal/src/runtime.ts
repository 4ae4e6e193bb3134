import type { Logger } from '@arrears/observability';
import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogLevel } from '@temporalio/worker';
import { sdkLog } from './sdk-log.js';

let installed = false;

export interface RuntimeOptions {
  log?: Logger | undefined;
  level?: LogLevel;
  /** Where the SDK's own metrics can be read (`/metrics`); without it they are not kept. */
  metricsPort?: number | undefined;
}

/** The usual bounds are powers of ten: whether tasks wait for a second can't be seen with them. */
const scheduleToStartSeconds = [0.05, 0.25, 1, 5, 30];

/**
 * Once a process, before the first worker or native connection; later calls do nothing. The SDK must not listen to
 * SIGTERM itself: the service stops its parts in its own order. With `log` all that the SDK, its core and workflow code
 * say goes there, warnings and errors unless told otherwise, and nothing is printed; without it (tests, tools) to stderr.
 */
export function installRuntime({ log, level = 'WARN', metricsPort }: RuntimeOptions = {}): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger(level, log && sdkLog(log)),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsPort !== undefined && {
        metrics: {
          prometheus: {
            bindAddress: `0.0.0.0:${metricsPort}`,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
            histogramBucketOverrides: { workflow_task_schedule_to_start_latency: scheduleToStartSeconds },
          },
        },
      }),
    },
  });
}
