import { afterEach, describe, expect, it } from '@jest/globals';
import { propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createLogger, type Logger } from './logger.js';
import { annotateSpan, currentTraceparent, startTracing, withSpan, type Tracing } from './tracing.js';

let tracing: Tracing | undefined;
let exporter: InMemorySpanExporter;
function start(sampleRatio: number): void {
  exporter = new InMemorySpanExporter();
  tracing = startTracing({ service: 'sample', version: '1.0.0', sampleRatio, exporter });
}
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});
const finished = async () => {
  await tracing?.flush();
  return exporter.getFinishedSpans();
};
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

describe('a span', () => {
  it('hands its place on as a W3C traceparent', async () => {
    start(1);
    const seen = await withSpan('outer', {}, () => currentTraceparent());
    const [span] = await finished();
    expect(seen).toBe(`00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`);
    expect(currentTraceparent()).toBeUndefined();
  });

  it('is the child of what caused it, also from another process', async () => {
    start(0);
    await withSpan('handle', { kind: 'server', parent }, () => withSpan('inner', {}, () => undefined));
    const [inner, outer] = await finished();
    expect(outer?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(outer?.parentSpanId).toBe('b7ad6b7169203331');
    expect(inner?.parentSpanId).toBe(outer?.spanContext().spanId);
  });

  it('is linked to what woke it, and to nothing that can not be read', async () => {
    start(1);
    await withSpan('batch', { kind: 'consumer', links: [parent, undefined, 'garbage'] }, () => undefined);
    const [span] = await finished();
    expect(span?.links.map((link) => link.context.spanId)).toEqual(['b7ad6b7169203331']);
    expect(span?.parentSpanId).toBeUndefined();
  });

  it('has listed attributes only', async () => {
    start(1);
    const attributes = { case_id: 'c-1', outcome: '合成样本', debtor: 'x' } as object;
    await withSpan('step', { attributes }, () => annotateSpan({ status: 200 }));
    expect((await finished())[0]?.attributes).toEqual({ case_id: 'c-1', status: 200 });
  });

  it('tells of a failure its class and code, and passes it on', async () => {
    start(1);
    const failure = Object.assign(new Error('the phone +8613800000001'), { code: 'EPIPE' });
    await expect(withSpan('send', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const [span] = await finished();
    expect(span?.attributes).toEqual({ error_class: 'Error', error_code: 'EPIPE' });
    expect(JSON.stringify([span?.status, span?.events])).not.toContain('138');
  });
});

describe('a span of instrumentation that is not ours', () => {
  it('leaves without the sentence of its failure and with listed attributes only', async () => {
    start(1);
    const span = trace.getTracer('other').startSpan('StartActivity:send');
    span.setAttributes({ temporalWorkflowId: 'case-1', memo: '王小明', 'http.url': 'https://x/?phone=138' });
    span.recordException(new TypeError('nobody at +8613800000001'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'nobody at +8613800000001' });
    span.end();
    const [seen] = await finished();
    expect(seen?.attributes).toEqual({ workflow_id: 'case-1', error_class: 'TypeError' });
    expect([seen?.status, seen?.events]).toEqual([{ code: SpanStatusCode.ERROR }, []]);
  });

  it('can be handed over by who made it elsewhere', async () => {
    start(1);
    const span = trace.getTracer('other').startSpan('made');
    const { processor, resource } = tracing?.spans ?? {};
    expect(resource?.attributes['service.name']).toBe('sample');
    processor?.onEnd(Object.create(span, { name: { value: 'RunWorkflow' } }) as ReadableSpan);
    expect((await finished()).map(({ name }) => name)).toEqual(['RunWorkflow']);
  });
});

describe('sampling', () => {
  it('at 0 leaves out what went well', async () => {
    start(0);
    await withSpan('read', {}, () => undefined);
    await withSpan('read', { parent: unsampled }, () => undefined);
    expect(await finished()).toEqual([]);
  });

  it('keeps commands of people whatever the share', async () => {
    start(0);
    await withSpan('POST /holds', { command: true }, () => withSpan('insert', {}, () => undefined));
    expect((await finished()).map((span) => span.name)).toEqual(['insert', 'POST /holds']);
  });

  it('keeps what failed whatever the share', async () => {
    start(0);
    await withSpan('outer', {}, () => withSpan('inner', {}, () => Promise.reject(new Error('x')))).catch(
      () => undefined,
    );
    expect((await finished()).map((span) => span.name)).toEqual(['inner', 'outer']);
  });
});

describe('the process', () => {
  it('neither reads nor sends baggage', async () => {
    start(1);
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate']);
  });

  it('works without tracing as with it', async () => {
    expect(await withSpan('nothing', { parent }, () => 7)).toBe(7);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('writes trace and span into the lines logged meanwhile', async () => {
    start(1);
    const lines: string[] = [];
    const log: Logger = createLogger({ service: 's', destination: { write: (line) => void lines.push(line) } });
    await withSpan('step', {}, () => log.info('process-started'));
    const [span] = await finished();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      trace_id: span?.spanContext().traceId,
      span_id: span?.spanContext().spanId,
    });
  });
});
