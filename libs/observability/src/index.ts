export { defineEvents, isDefinedEvent, platformEvents, type PlatformEvent } from './events.js';
export { failureFields } from './failures.js';
export { allowListed, logFieldNames, type LogFieldName, type LogFields } from './fields.js';
export { createHealth, type Health, type HealthAnswer, type HealthCheck } from './health.js';
export { invariants, invariantViolations, type Invariant } from './invariants.js';
export type { LabelSpec, LabelValues } from './labels.js';
export { logContext, withLogContext } from './log-context.js';
export { createLogger, silentLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.js';
export { startMetricsServer, type MetricsServer } from './metrics-server.js';
export {
  createMetrics,
  type CounterHandle,
  type GaugeHandle,
  type GaugeSpec,
  type HistogramHandle,
  type HistogramSpec,
  type MetricSpec,
  type Metrics,
  type MetricsOptions,
} from './metrics.js';
export {
  annotateSpan,
  currentTraceparent,
  startTracing,
  withSpan,
  type SpanOptions,
  type Tracing,
  type TracingOptions,
} from './tracing.js';
