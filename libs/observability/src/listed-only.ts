import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { allowListed } from './fields.js';

/** What others call our fields. */
const aliases: Readonly<Record<string, string>> = {
  temporalWorkflowId: 'workflow_id',
  workflowId: 'workflow_id',
  runId: 'run_id',
  taskQueue: 'task_queue',
  'exception.type': 'error_class',
};
/** Not a field of a log line, but of the sampler. */
const command = 'arrears.command';

/**
 * Passes spans on with listed attributes only: instrumentation that is not ours puts the sentence of a failure into status
 * and events, and all it knows of a workflow into attributes.
 */
export function listedOnly(inner: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => inner.onStart(span, parent),
    onEnd: (span) => inner.onEnd(cleaned(span)),
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

function cleaned(span: ReadableSpan): ReadableSpan {
  const attributes: Attributes = { ...listed(exceptionOf(span)), ...listed(span.attributes) };
  if (span.attributes[command] === true) attributes[command] = true;
  return Object.create(span, {
    attributes: { value: attributes, enumerable: true },
    events: { value: [], enumerable: true },
    status: { value: { code: span.status.code }, enumerable: true },
  }) as ReadableSpan;
}

const exceptionOf = ({ events }: ReadableSpan): Attributes =>
  events.find(({ name }) => name === 'exception')?.attributes ?? {};

function listed(attributes: Attributes): Attributes {
  return allowListed(
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [aliases[name] ?? name, value])),
  ).kept;
}
