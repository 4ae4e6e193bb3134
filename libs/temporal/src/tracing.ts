import { createRequire } from 'node:module';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Context } from '@temporalio/activity';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';

/** Where the spans that workflow code ends are handed over; without it they are dropped, the context still travels. */
export interface WorkflowSpans {
  processor: SpanProcessor;
  resource: Resource;
}

/**
 * In every bundle from the first one on: adding an interceptor later changes where workflow code yields, and so breaks
 * the replay of running cases.
 */
export const workflowInterceptorModules = [
  createRequire(import.meta.url).resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors'),
];

export function clientInterceptors(): { workflow: OpenTelemetryWorkflowClientInterceptor[] } {
  return { workflow: [new OpenTelemetryWorkflowClientInterceptor()] };
}

/** For activities; those of workflow code are inside the bundle. */
export function workerInterceptors(): WorkerInterceptors {
  return {
    activity: [
      (context: Context) => ({
        inbound: new OpenTelemetryActivityInboundInterceptor(context),
        outbound: new OpenTelemetryActivityOutboundInterceptor(context),
      }),
    ],
  };
}

/** The interceptors always hand their spans to a sink: where nobody collects them, one that drops them. */
export function workflowSpanSinks(spans: WorkflowSpans | undefined): InjectedSinks<OpenTelemetrySinks> {
  if (spans) return { exporter: makeWorkflowExporter(spans.processor, spans.resource) };
  return { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };
}
