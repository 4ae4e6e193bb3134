import {
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { failureFields } from './failures.js';
import { allowListed, type LogFields } from './fields.js';
import { listedOnly } from './listed-only.js';
import { commandOrRatio, recorded, withErrors } from './sampling.js';

export interface TracingOptions {
  service: string;
  version?: string;
  /** Where OTLP over HTTP is taken, such as `http://collector:4318`. Without it (or `exporter`) spans go nowhere. */
  endpoint?: string;
  /** Share of root spans that are sampled; default 0.05. Commands and failures always are. */
  sampleRatio?: number;
  /** Instead of OTLP, for tests. */
  exporter?: SpanExporter;
}
export interface Tracing {
  /** For spans that are made elsewhere, such as those of workflow code; undefined when spans go nowhere. */
  spans: { processor: SpanProcessor; resource: Resource } | undefined;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const propagator = new W3CTraceContextPropagator();
const tracer = () => trace.getTracer('arrears');

/** Installs the process-wide tracer. W3C trace context only: baggage could carry anything, so it is neither read nor sent. */
export function startTracing(options: TracingOptions): Tracing {
  const exporter =
    options.exporter ??
    (options.endpoint === undefined
      ? undefined
      : new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` }));
  const resource = new Resource({
    'service.name': options.service,
    'service.version': options.version ?? 'unknown',
  });
  const processor = exporter && withErrors(listedOnly(new BatchSpanProcessor(exporter)));
  const provider = new NodeTracerProvider({
    resource,
    sampler: new ParentBasedSampler({
      root: commandOrRatio(options.sampleRatio ?? 0.05),
      remoteParentNotSampled: recorded,
      localParentNotSampled: recorded,
    }),
    spanProcessors: processor === undefined ? [] : [processor],
  });
  provider.register({ propagator });
  return {
    spans: processor && { processor, resource },
    flush: () => provider.forceFlush(),
    stop: async () => {
      await provider.shutdown().catch(() => undefined);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

export interface SpanOptions {
  kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** From the same list as log fields; others are dropped. */
  attributes?: LogFields;
  /** W3C traceparent of what caused this: the span becomes its child. */
  parent?: string | undefined;
  /** W3C traceparents of what woke this: linked, not parents, since a batch has many. */
  links?: readonly (string | undefined)[];
  /** A person's command is always sampled. */
  command?: boolean;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Runs `work` in a span that ends with it; a rejection marks it failed by class and code and goes on. */
export async function withSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T> | T) {
  const parent = options.parent === undefined ? context.active() : contextOf(options.parent);
  const attributes = {
    ...allowListed(options.attributes ?? {}).kept,
    ...(options.command === true ? { 'arrears.command': true } : {}),
  };
  const links = (options.links ?? []).flatMap(linkOf);
  const kind = kinds[options.kind ?? 'internal'];
  return tracer().startActiveSpan(name, { kind, attributes, links }, parent, async (span): Promise<T> => {
    try {
      return await work(span);
    } catch (failure) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttributes(failureFields(failure));
      throw failure;
    } finally {
      span.end();
    }
  });
}

/** Adds allow-listed attributes to the active span, if there is one. */
export function annotateSpan(fields: LogFields): void {
  trace.getActiveSpan()?.setAttributes(allowListed(fields).kept);
}

/** `00-<trace>-<span>-<flags>` of the active span: for the outbox row, a Kafka header, an HTTP call. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagator.inject(context.active(), carrier, {
    set: (to: typeof carrier, key, value) => void (to[key] = value),
  });
  return carrier['traceparent'];
}

function contextOf(traceparent: string): Context {
  const carrier = { traceparent };
  return propagator.extract(context.active(), carrier, {
    keys: () => ['traceparent'],
    get: (from: typeof carrier, key) => (key === 'traceparent' ? from.traceparent : undefined),
  });
}

function linkOf(traceparent: string | undefined): Link[] {
  if (traceparent === undefined) return [];
  const linked = trace.getSpanContext(contextOf(traceparent));
  const own = trace.getSpanContext(context.active());
  // An unreadable header leaves the active context as it was: no link to ourselves.
  return linked === undefined || linked.spanId === own?.spanId ? [] : [{ context: linked }];
}
