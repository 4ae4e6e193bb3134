import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { buildIdOf } from './bundle.js';
import type { Logger } from '@arrears/observability';
import type { TemporalAddress } from './client.js';
import type { CodecKeyRing } from './codec.js';
import { dataConverter } from './data-converter.js';
import { installRuntime } from './runtime.js';
import { workerInterceptors, workflowSpanSinks, type WorkflowSpans } from './tracing.js';

/** Every limit is set here, so that the SDK's choice for the machine it finds is never the one that counts. */
export interface WorkerLimits {
  /** A cached case takes 0.2-0.3 MB; one that is not cached costs about 20 ms and its replay. */
  maxCachedWorkflows: number;
  maxConcurrentWorkflowTaskExecutions: number;
  maxConcurrentLocalActivityExecutions: number;
  maxConcurrentActivityTaskExecutions: number;
  maxConcurrentWorkflowTaskPolls: number;
  maxConcurrentActivityTaskPolls: number;
  /** At least the longest activity: one that is cut off ends as a failure the case has to explain. */
  shutdownGraceTimeMs: number;
  shutdownForceTimeMs: number;
}

export const defaultLimits: WorkerLimits = {
  maxCachedWorkflows: 300,
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: 40,
  maxConcurrentActivityTaskExecutions: 40,
  maxConcurrentWorkflowTaskPolls: 4,
  maxConcurrentActivityTaskPolls: 4,
  shutdownGraceTimeMs: 15_000,
  shutdownForceTimeMs: 25_000,
};

export interface WorkerRequest {
  temporal: TemporalAddress;
  ring: CodecKeyRing;
  taskQueue: string;
  activities?: object;
  /** Code of `bundleWorkflows`; without it the worker runs activities only. */
  workflowBundle?: { code: string };
  limits?: Partial<WorkerLimits>;
  spans?: WorkflowSpans;
  /** Takes what the SDK and workflow code say; the first worker of a process decides. Without it they go to stderr. */
  log?: Logger;
  /** Port of the SDK's own metrics, of this process: the first worker decides. */
  metricsPort?: number | undefined;
  /**
   * Names the code to the server and to the case. `versioned: true` hands the choice of version to the server
   * (AUTO_UPGRADE): nothing runs then until a current version was set. Default: unversioned, named by the bundle's hash.
   */
  deployment?: { name: string; buildId?: string; versioned?: boolean };
  /** For the test environments, which own their connection. */
  connection?: NativeConnection;
}

export interface RunningWorker {
  taskQueue: string;
  buildId: string | undefined;
  state(): string;
  /** Settles when the worker has ended; rejected = it broke, and the process should end. */
  done: Promise<void>;
  /** Finishes what runs, then closes the connection. May be called twice. */
  stop(): Promise<void>;
}

/** Connects and starts to poll. Throws when the server can't be reached. */
export async function createWorker(request: WorkerRequest): Promise<RunningWorker> {
  installRuntime({ log: request.log, metricsPort: request.metricsPort });
  const connection = request.connection ?? (await NativeConnection.connect({ address: request.temporal.address }));
  const closeConnection = async () => {
    if (!request.connection) await connection.close();
  };
  const buildId = request.deployment?.buildId ?? (request.workflowBundle && buildIdOf(request.workflowBundle.code));
  let worker: Worker;
  try {
    worker = await Worker.create({ connection, ...workerOptions(request, buildId) });
  } catch (error) {
    await closeConnection();
    throw error;
  }
  const done = worker.run();
  // Nobody may be listening yet when it breaks early; whoever awaits `done` still gets the error.
  done.catch(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    // It may have broken or been stopped from outside: shutdown() throws unless it runs.
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await done.finally(closeConnection);
  };
  return {
    taskQueue: request.taskQueue,
    buildId,
    state: () => worker.getState(),
    done,
    stop: () => (stopping ??= stop()),
  };
}

function workerOptions(request: WorkerRequest, buildId: string | undefined): WorkerOptions {
  const { shutdownGraceTimeMs, shutdownForceTimeMs, ...slots } = { ...defaultLimits, ...request.limits };
  return {
    ...slots,
    namespace: request.temporal.namespace,
    taskQueue: request.taskQueue,
    dataConverter: dataConverter(request.ring),
    interceptors: workerInterceptors(),
    sinks: workflowSpanSinks(request.spans),
    reuseV8Context: true,
    shutdownGraceTime: shutdownGraceTimeMs,
    shutdownForceTime: shutdownForceTimeMs,
    ...(request.activities && { activities: request.activities }),
    ...(request.workflowBundle && { workflowBundle: request.workflowBundle }),
    ...(buildId !== undefined && { workerDeploymentOptions: deploymentOf(request, buildId) }),
  };
}

function deploymentOf(
  { deployment, taskQueue }: WorkerRequest,
  buildId: string,
): NonNullable<WorkerOptions['workerDeploymentOptions']> {
  const version = { deploymentName: deployment?.name ?? taskQueue, buildId };
  return deployment?.versioned
    ? { useWorkerVersioning: true, version, defaultVersioningBehavior: 'AUTO_UPGRADE' }
    : { useWorkerVersioning: false, version };
}
