import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type DestinationStream } from 'pino';
import { isDefinedEvent, type PlatformEvent } from './events.js';
import { failureFields } from './failures.js';
import { allowListed, type LogFields } from './fields.js';
import { logContext } from './log-context.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * One JSON object a line. `error` is reduced to its class, code and SQL state. A logger that knows more events can be
 * given where one that knows fewer is asked for.
 */
export interface Logger<Event extends string = PlatformEvent> {
  debug(event: Event, fields?: LogFields, error?: unknown): void;
  info(event: Event, fields?: LogFields, error?: unknown): void;
  warn(event: Event, fields?: LogFields, error?: unknown): void;
  error(event: Event, fields?: LogFields, error?: unknown): void;
  /** A logger whose lines all carry `fields`. */
  child(fields: LogFields): Logger<Event>;
}

export interface LoggerOptions {
  service: string;
  role?: string;
  version?: string;
  build?: string;
  pod?: string;
  /** Default `info`. */
  level?: LogLevel | 'silent';
  /** Called for every field that was not written. `runService` counts them in `log_fields_dropped_total`. */
  onDropped?: (field: string) => void;
  /** Default: standard output. */
  destination?: DestinationStream;
}

export function createLogger<Event extends string = PlatformEvent>(options: LoggerOptions): Logger<Event> {
  const { service, role, version, build, pod, level, onDropped, destination } = options;
  const settings = {
    level: level ?? 'info',
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Synchronous: a buffered line may come after the last one, or never, when the process ends.
  const sink = pino(settings, destination ?? pino.destination({ fd: 1, sync: true }));
  const fixed = { service, role, version, build, pod };
  const write = (at: LogLevel, event: string, ...layers: object[]) => {
    // Building a line costs more than deciding not to.
    if (!sink.isLevelEnabled(at)) return;
    const { kept, dropped } = allowListed(Object.assign({}, ...layers) as object);
    for (const field of dropped) onDropped?.(field);
    const known = isDefinedEvent(event);
    if (!known) onDropped?.('event');
    sink[at]({ event: known ? event : 'event-undefined', ...kept });
  };
  return loggerOver(write, fixed);
}

type Write = (at: LogLevel, event: string, ...layers: object[]) => void;

function loggerOver<Event extends string>(write: Write, fixed: LogFields): Logger<Event> {
  const at = (level: LogLevel) => (event: Event, fields?: LogFields, error?: unknown) => {
    const failure = error === undefined ? {} : failureFields(error);
    write(level, event, fixed, spanFields(), logContext(), failure, fields ?? {});
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerOver(write, { ...fixed, ...fields }),
  };
}

function spanFields(): LogFields {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context)
    ? { trace_id: context.traceId, span_id: context.spanId }
    : {};
}

/** For tests and tools that want no output. */
export const silentLogger: Logger<string> = loggerOver(() => undefined, {});
