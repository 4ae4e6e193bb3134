import { SpanStatusCode, TraceFlags, type Attributes } from '@opentelemetry/api';
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/**
 * What is not sampled is still recorded, so that a span that turns out to have failed can be exported all the same: the
 * decision at the head can't know. Recording is memory for the span's life only.
 */
export const recorded: Sampler = {
  shouldSample: () => ({ decision: SamplingDecision.RECORD }),
  toString: () => 'Recorded',
};

/** Commands of people always, the rest by a share of trace ids. */
export function commandOrRatio(ratio: number): Sampler {
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return {
    shouldSample: (context, traceId, _name, _kind, attributes: Attributes) => {
      if (attributes['arrears.command'] === true) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      const { decision } = byRatio.shouldSample(context, traceId);
      return {
        decision: decision === SamplingDecision.RECORD_AND_SAMPLED ? decision : SamplingDecision.RECORD,
      };
    },
    toString: () => `CommandOr(${byRatio.toString()})`,
  };
}

/** Passes sampled spans on, and unsampled ones that failed. */
export function withErrors(inner: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => inner.onStart(span, parent),
    onEnd: (span) => {
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      if (sampled) inner.onEnd(span);
      else if (span.status.code === SpanStatusCode.ERROR) inner.onEnd(asSampled(span));
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

function asSampled(span: ReadableSpan): ReadableSpan {
  const spanContext = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => spanContext } }) as ReadableSpan;
}
