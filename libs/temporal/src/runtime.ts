import type { Logger } from '@arrears/observability';
import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogLevel } from '@temporalio/worker';
import { sdkLog } from './sdk-log.js';

let installed = false;

/**
 * Once a process, before the first worker or native connection; later calls do nothing. The SDK must not listen to
 * SIGTERM itself: the service stops its parts in its own order. With `log` all that the SDK, its core and workflow code
 * say goes there, warnings and errors unless told otherwise, and nothing is printed; without it (tests, tools) to stderr.
 */
export function installRuntime({ log, level = 'WARN' }: { log?: Logger; level?: LogLevel } = {}): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger(level, log && sdkLog(log)),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
  });
}
