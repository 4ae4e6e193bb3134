'use strict';
// Loaded by path: by the SDK with require() in clients and workers, and by webpack into the workflow bundle.
// CommonJS and outside src/, so that the same file serves sources, dist and the sandbox.
const { DefaultFailureConverter } = require('@temporalio/common');

/** Messages and stack traces of failures travel as payloads, so the codec encrypts them like everything else. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
