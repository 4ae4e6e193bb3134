import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { labelGuard, type LabelSpec, type LabelValues, type SeriesBudget } from './labels.js';

export interface MetricSpec<Labels extends LabelSpec> {
  /** Without the prefix `arrears_`; counters end in `_total`, durations in `_seconds`, sizes in `_bytes`. */
  name: string;
  help: string;
  labels?: Labels;
}
export interface HistogramSpec<Labels extends LabelSpec> extends MetricSpec<Labels> {
  /** Upper bounds, in the unit of the name. */
  buckets: readonly number[];
}
export interface GaugeSpec<Labels extends LabelSpec> extends MetricSpec<Labels> {
  /** Called at each scrape; sets what it measures. A failure leaves the last values. */
  collect?: (gauge: GaugeHandle<Labels>) => void | Promise<void>;
}

export interface CounterHandle<Labels extends LabelSpec> {
  inc(labels: LabelValues<Labels>, by?: number): void;
}
export interface GaugeHandle<Labels extends LabelSpec> {
  set(labels: LabelValues<Labels>, value: number): void;
  inc(labels: LabelValues<Labels>, by?: number): void;
  /** Forgets every label set, for gauges that are collected anew. */
  reset(): void;
}
export interface HistogramHandle<Labels extends LabelSpec> {
  observe(labels: LabelValues<Labels>, value: number): void;
  /** Starts a clock; the returned function observes the seconds since. */
  start(): (labels: LabelValues<Labels>) => number;
}

/** Asking for a name again gives the metric that exists, so a module need not know whether another made it. */
export interface Metrics {
  counter<const Labels extends LabelSpec = Record<never, never>>(spec: MetricSpec<Labels>): CounterHandle<Labels>;
  gauge<const Labels extends LabelSpec = Record<never, never>>(spec: GaugeSpec<Labels>): GaugeHandle<Labels>;
  histogram<const Labels extends LabelSpec = Record<never, never>>(
    spec: HistogramSpec<Labels>,
  ): HistogramHandle<Labels>;
  /** The Prometheus text format. */
  text(): Promise<string>;
  contentType: string;
  /** Registered names with prefix: what alerts and dashboards are checked against. */
  names(): string[];
  /** The present value of a counter or gauge, for tests and doctors. */
  value(name: string, labels?: Record<string, string>): Promise<number | undefined>;
}

export interface MetricsOptions {
  /** Label sets a metric may have before the rest becomes `other`. Default 200. */
  maxLabelSets?: number;
  /** Series this process may have in all. Default 3,000. */
  maxSeries?: number;
  /** Also measure the process itself (event loop, memory, garbage collection). Default false. */
  processMetrics?: boolean;
}

const prefix = 'arrears_';
type Kept = { kind: string; handle: unknown };

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry, prefix });
  const dropped = new Counter({
    name: `${prefix}metrics_series_dropped_total`,
    help: 'Observations whose label set was folded into "other"',
    labelNames: ['metric'],
    registers: [registry],
  });
  const budget: SeriesBudget = {
    maxLabelSets: options.maxLabelSets ?? 200,
    left: options.maxSeries ?? 3000,
    onFolded: (metric) => dropped.inc({ metric }),
  };
  const made = new Map<string, Kept>();
  const once = <Handle>(kind: string, name: string, make: () => Handle): Handle => {
    const known = made.get(name);
    if (known !== undefined && known.kind !== kind) throw new Error(`metric ${name} is a ${known.kind}, not a ${kind}`);
    const handle = known === undefined ? make() : (known.handle as Handle);
    made.set(name, { kind, handle });
    return handle;
  };
  return {
    counter: (spec) => once('counter', spec.name, () => makeCounter(spec, registry, budget)),
    gauge: (spec) => once('gauge', spec.name, () => makeGauge(spec, registry, budget)),
    histogram: (spec) => once('histogram', spec.name, () => makeHistogram(spec, registry, budget)),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    names: () => registry.getMetricsAsArray().map((metric) => metric.name),
    value: (name, labels) => valueOf(registry, name, labels ?? {}),
  };
}

function common<Labels extends LabelSpec>(spec: MetricSpec<Labels>, registry: Registry) {
  return {
    name: `${prefix}${spec.name}`,
    help: spec.help,
    labelNames: Object.keys(spec.labels ?? {}),
    registers: [registry],
  };
}

function makeCounter<Labels extends LabelSpec>(spec: MetricSpec<Labels>, registry: Registry, budget: SeriesBudget) {
  if (!spec.name.endsWith('_total')) throw new Error(`counter ${spec.name} must end in _total`);
  const counter = new Counter(common(spec, registry));
  const guard = labelGuard(spec.name, spec.labels ?? {}, budget, 1);
  // A counter that appears only with its first increment hides that increment from rate().
  for (const labels of guard.declared()) counter.inc(labels, 0);
  return { inc: (labels: LabelValues<Labels>, by = 1) => counter.inc(guard.fold(labels), by) };
}

function makeGauge<Labels extends LabelSpec>(spec: GaugeSpec<Labels>, registry: Registry, budget: SeriesBudget) {
  const guard = labelGuard(spec.name, spec.labels ?? {}, budget, 1);
  const collect = spec.collect;
  const gauge: Gauge = new Gauge({
    ...common(spec, registry),
    ...(collect === undefined ? {} : { collect: () => Promise.resolve(collect(handle)).catch(() => undefined) }),
  });
  const handle: GaugeHandle<Labels> = {
    set: (labels, value) => gauge.set(guard.fold(labels), value),
    inc: (labels, by = 1) => gauge.inc(guard.fold(labels), by),
    reset: () => gauge.reset(),
  };
  return handle;
}

function makeHistogram<Labels extends LabelSpec>(
  spec: HistogramSpec<Labels>,
  registry: Registry,
  budget: SeriesBudget,
): HistogramHandle<Labels> {
  const histogram = new Histogram({ ...common(spec, registry), buckets: [...spec.buckets] });
  const guard = labelGuard(spec.name, spec.labels ?? {}, budget, spec.buckets.length + 3);
  const observe = (labels: LabelValues<Labels>, value: number) => histogram.observe(guard.fold(labels), value);
  const start = () => {
    const from = process.hrtime.bigint();
    return (labels: LabelValues<Labels>) => {
      const seconds = Number(process.hrtime.bigint() - from) / 1e9;
      observe(labels, seconds);
      return seconds;
    };
  };
  return { observe, start };
}

async function valueOf(registry: Registry, name: string, labels: Record<string, string>): Promise<number | undefined> {
  const found = await registry.getSingleMetric(`${prefix}${name}`)?.get();
  return found?.values.find((value) =>
    Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted),
  )?.value;
}
