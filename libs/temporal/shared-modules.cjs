'use strict';
// Loaded once for all workflows of a thread, not once for each: 320 KiB less a cached case, and less work at each start.
// The SDK freezes what is shared, so a module that wants to keep state between two calls fails at once instead of
// telling one case about another. CommonJS and outside src/, like the failure converter.

// OpenTelemetry asks for it when it is loaded. Workflow time is epoch time here, always asked for anew.
globalThis.performance ??= { timeOrigin: 0, now: () => Date.now() };

const api = require('@opentelemetry/api');
// The one thing it would keep: which provider the global tracer stands for. The interceptors have a provider of their
// own in each workflow, and workflow code asks for no tracer.
api.ProxyTracerProvider.prototype.setDelegate = () => undefined;

// Exported, or the bundler drops what nobody seems to use.
exports.shared = [
  api,
  require('@opentelemetry/core'),
  require('@opentelemetry/sdk-trace-base'),
  require('@opentelemetry/semantic-conventions'),
];

delete globalThis.performance;
