export { Answers } from './answers.js';
export { Upload, jsonLimitBytes, readUpload, uploadLimitBytes } from './body.js';
export { buildApp, type BuildAppOptions, type BuiltApp } from './build-app.js';
export {
  ConfigurationError,
  databaseUrl,
  httpUrl,
  path,
  processConfig,
  processVariables,
  readEnvironment,
  serviceConfig,
  text,
  type OptionalVariable,
  type ProcessConfig,
  type ServiceConfig,
} from './config.js';
export { decodeCursor, encodeCursor, page, paging, type Page } from './cursors.js';
export {
  IdempotencyKey,
  forgetIdempotencyKeys,
  idempotent,
  inputHash,
  sendAnswer,
  type Answer,
  type Command,
} from './idempotency.js';
export { serviceMigrations } from './migrations.js';
export { describeApi } from './describe.js';
export { openApiDocument } from './openapi.js';
export { parkedEvents } from './parked.http.js';
export { parseRoles, processRoles, type ProcessRole } from './process-roles.js';
export { ProblemError, problem, type FieldError } from './problem.js';
export { correlationIdOf, type ArrearsRequest } from './request-context.js';
export { listRoutes, type Route } from './routes.js';
export {
  runProcess,
  runService,
  type ProcessOptions,
  type RunningService,
  type ServiceContext,
  type ServiceOptions,
} from './run-service.js';
export { untilSchema } from './schema.js';
export { invalidInput } from './validation.js';
export { measurePool, poolWait } from './watch.js';
export { etag, requireVersion } from './versions.js';
