import type { AddressInfo } from 'node:net';
import { tokenVerifier, type Identify } from '@arrears/auth';
import {
  createHealth,
  createLogger,
  createMetrics,
  failureFields,
  startMetricsServer,
  startTracing,
  type Health,
  type Logger,
  type Metrics,
  type Tracing,
} from '@arrears/observability';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { buildApp, type BuiltApp } from './build-app.js';
import {
  ConfigurationError,
  serviceConfig,
  type OptionalVariable,
  type ProcessConfig,
  type ServiceConfig,
} from './config.js';
import type { ArrearsRequest } from './request-context.js';
import { parseRoles, processRoles, type ProcessRole } from './process-roles.js';
import { watchDependencies } from './watch.js';
import { runStopHooks, type StopHook } from './stopping.js';

/** What a service's parts are given. */
export interface ServiceContext<Config extends ProcessConfig = ServiceConfig> {
  readonly name: string;
  readonly roles: ReadonlySet<ProcessRole>;
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** For the spans of workflow code; undefined when spans go nowhere. */
  readonly spans: Tracing['spans'];
  /** Registers what must be closed; hooks run in reverse order, so open the database first. */
  onStop(name: string, stop: StopHook['stop']): void;
  /** A promise that lives as long as the process (relay, consumer, worker): should it end first, the process ends with 1. */
  background(name: string, running: Promise<unknown>): void;
}

export interface ProcessOptions<Config extends ProcessConfig> {
  name: string;
  /** Roles this service has; default all. */
  roles?: readonly ProcessRole[];
  /** Reads the environment. @throws ConfigurationError */
  config: (env: Readonly<Record<string, string | undefined>>) => Config;
  /** The Nest module. Opens what it needs and registers with `context.onStop` what must be closed. */
  module: (
    roles: ReadonlySet<ProcessRole>,
    config: Config,
    context: ServiceContext<Config>,
  ) => Type | DynamicModule | Promise<Type | DynamicModule>;
  /** How a caller is known, asked once the module is made; default by the access token he sends. */
  identify?: (context: ServiceContext<Config>) => Identify<ArrearsRequest>;
  /** Starts relay, consumer and worker, after the module is initialised and before the process is ready. */
  onStart?: (context: ServiceContext<Config>, app: NestExpressApplication) => Promise<void> | void;
  onStop?: (context: ServiceContext<Config>, app: NestExpressApplication) => Promise<void> | void;
}

export interface ServiceOptions extends Omit<ProcessOptions<ServiceConfig>, 'config'> {
  /** Optional variables it can't live without. */
  require?: readonly OptionalVariable[];
}

export interface Surroundings {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  exit: (code: number) => void;
  /** Where complaints about the start go, before there is a logger. */
  complain: (sentence: string) => void;
}

const ownProcess = (): Surroundings => ({
  argv: process.argv.slice(2),
  env: process.env,
  exit: (code) => process.exit(code),
  complain: (sentence) => process.stderr.write(`${sentence}\n`),
});

export interface RunningService {
  port: number;
  metricsPort: number;
  /** As a signal would. Resolves with the exit code. */
  stop(): Promise<number>;
}

/** A service with the configuration that all of them share. */
export function runService(
  { require, ...options }: ServiceOptions,
  surroundings: Surroundings = ownProcess(),
): Promise<RunningService | undefined> {
  const config = (env: Surroundings['env']) => serviceConfig(env, require === undefined ? {} : { require });
  return runProcess({ ...options, config }, surroundings);
}

/**
 * The life of a service's process: configuration, HTTP edge, health, metrics, traces, and an orderly stop on SIGTERM or
 * SIGINT with exit code 0. Exit code 1: it could not start, a background part ended, or the stop took too long.
 * @returns what runs, or undefined when it could not start (the exit code is set)
 */
export async function runProcess<Config extends ProcessConfig>(
  options: ProcessOptions<Config>,
  surroundings: Surroundings = ownProcess(),
): Promise<RunningService | undefined> {
  const { argv, env, exit, complain } = surroundings;
  let config: Config;
  let roles: ReadonlySet<ProcessRole>;
  try {
    config = options.config(env);
    roles = parseRoles(argv, options.roles ?? processRoles);
  } catch (failure) {
    complain(`${options.name}: ${failure instanceof Error ? failure.message : 'can not start'}`);
    exit(failure instanceof ConfigurationError ? 78 : 64);
    return undefined;
  }
  const life = lifeOf(options, config, roles, exit);
  try {
    return await life.start();
  } catch (failure) {
    life.context.log.error('process-failed', { activity: 'start', ...failureFields(failure) });
    const { error_class: kind, error_code: code, sqlstate } = failureFields(failure);
    complain(`${options.name}: can not start (${[kind, code ?? sqlstate].filter(Boolean).join(' ')}); see the log`);
    await life.end(1);
    return undefined;
  }
}

function lifeOf<Config extends ProcessConfig>(
  options: ProcessOptions<Config>,
  config: Config,
  roles: ReadonlySet<ProcessRole>,
  exit: (code: number) => void,
) {
  const hooks: StopHook[] = [];
  const metrics = createMetrics({ processMetrics: true });
  const log = loggerOf(options.name, roles, config, metrics);
  const health = createHealth();
  let built: BuiltApp | undefined;
  let ending: Promise<number> | undefined;
  const { version = 'unknown' } = config.process;
  const tracing = startTracing({
    service: options.name,
    version,
    sampleRatio: config.tracing.sampleRatio,
    ...(config.tracing.endpoint === undefined ? {} : { endpoint: config.tracing.endpoint }),
  });
  let forget: ReturnType<typeof onSignals> | undefined;

  const stopOrderly = async (): Promise<boolean> => {
    health.drain();
    const endsAt = Date.now() + config.drainSeconds * 1000;
    // Whoever still has our address is served until his request is answered; only then the parts behind go.
    const finished = (await built?.traffic.idle(config.drainSeconds * 500)) ?? true;
    built?.traffic.close();
    return (await runStopHooks(hooks, endsAt, log)) && finished;
  };
  const end = (code: number): Promise<number> => {
    ending ??= (async () => {
      log.info('process-stopping');
      const orderly = await stopOrderly();
      const final = code === 0 && !orderly ? 1 : code;
      log.info('process-stopped', { status: final });
      exit(final);
      forget?.signals();
      return final;
    })();
    return ending;
  };
  const context: ServiceContext<Config> = {
    name: options.name,
    roles,
    config,
    log,
    metrics,
    health,
    spans: tracing.spans,
    onStop: (name, stop) => void hooks.push({ name, stop }),
    background: (name, running) => {
      const ended = (failure?: unknown) => {
        if (ending !== undefined) return;
        log.error('process-failed', { activity: name, ...failureFields(failure) });
        void end(1);
      };
      running.then(() => ended(), ended);
    },
  };
  const start = async (): Promise<RunningService> => {
    const handlers = onSignals(
      (again) => (again ? log.info('second-signal-ignored') : void end(0)),
      (failure) => {
        log.error('process-failed', { activity: 'uncaught', ...failureFields(failure) });
        void end(1);
      },
    );
    forget = handlers;
    hooks.push({ name: 'uncaught', stop: handlers.uncaught });
    hooks.push({ name: 'tracing', stop: () => tracing.stop() });
    const opened = await open(options, context, (app) => (built = app));
    log.info('process-started');
    return { ...opened, stop: () => end(0) };
  };
  return { context, start, end };
}

async function open<Config extends ProcessConfig>(
  options: ProcessOptions<Config>,
  context: ServiceContext<Config>,
  keep: (built: BuiltApp) => void,
) {
  const { config, roles, log, metrics, health } = context;
  log.info('process-starting');
  let ready = false;
  health.readiness('started', () => ready);
  const { version = 'unknown', build = 'unknown' } = config.process;
  metrics
    .gauge({ name: 'build_info', help: 'What runs here', labels: { version: [version], build: [build] } })
    .set({ version, build }, 1);
  const metricsServer = await startMetricsServer({ port: config.metricsPort, metrics });
  context.onStop('metrics', () => metricsServer.close());

  const module = await options.module(roles, config, context);
  const api = roles.has('api');
  const verifier = tokenVerifier(config.oidc);
  const identify = options.identify?.(context);
  const own = identify === undefined ? {} : { identify };
  const built = await buildApp({ name: options.name, version, module, api, verifier, ...own, log, metrics, health });
  keep(built);
  context.onStop('application', () => built.app.close());
  context.onStop('service', () => options.onStop?.(context, built.app));
  await new Promise<void>((resolve, reject) => {
    built.http.once('error', reject);
    built.http.listen(config.port, resolve);
  });
  await options.onStart?.(context, built.app);
  context.onStop('watch', watchDependencies(health, metrics));
  ready = true;
  return { port: (built.http.address() as AddressInfo).port, metricsPort: metricsServer.port };
}

function loggerOf(service: string, roles: ReadonlySet<ProcessRole>, config: ProcessConfig, metrics: Metrics): Logger {
  const dropped = metrics.counter({
    name: 'log_fields_dropped_total',
    help: 'Fields that were not written since they are not on the list; the name is kept only if it is one of ours',
  });
  const { version, build, pod } = config.process;
  return createLogger({
    service,
    role: [...roles].join(','),
    level: config.log.level,
    onDropped: () => dropped.inc({}),
    ...(version === undefined ? {} : { version }),
    ...(build === undefined ? {} : { build }),
    ...(pod === undefined ? {} : { pod }),
  });
}

/** A terminal sends a signal to the whole group and npm passes it on: the second is not a wish to hurry. */
function onSignals(onSignal: (again: boolean) => void, onUncaught: (failure: unknown) => void) {
  let signalled = false;
  const signal = () => {
    onSignal(signalled);
    signalled = true;
  };
  process.on('SIGTERM', signal).on('SIGINT', signal);
  process.on('uncaughtException', onUncaught).on('unhandledRejection', onUncaught);
  return {
    uncaught: () => void process.off('uncaughtException', onUncaught).off('unhandledRejection', onUncaught),
    // Only after the end: without a handler a second signal would kill us in the middle of the stop.
    signals: () => void process.off('SIGTERM', signal).off('SIGINT', signal),
  };
}
