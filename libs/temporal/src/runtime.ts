import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry, type LogLevel } from '@temporalio/worker';

let installed = false;

/**
 * Once a process, before the first worker or native connection; later calls do nothing. The SDK must not listen to
 * SIGTERM itself: the service stops its parts in its own order. `onLog` gets what the SDK and its core have to say,
 * warnings and errors unless told otherwise; without it they go to stderr.
 */
export function installRuntime({
  onLog,
  level = 'WARN',
}: { onLog?: (entry: LogEntry) => void; level?: LogLevel } = {}): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger(level, onLog),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
  });
}
