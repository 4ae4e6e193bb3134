import { fileURLToPath } from 'node:url';
import { defaultLimits, installRuntime, type TemporalAddress } from '@arrears/temporal';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';

/**
 * The SDK as it comes, without our codec, interceptors and converters, but with the same slots and the same cache: what
 * our workers are compared with.
 */
export interface PlainWorker {
  worker: Worker;
  stop(): Promise<void>;
}

export function bundlePlain(): Promise<{ code: string }> {
  const workflowsPath = fileURLToPath(new URL('../workflows/plain.js', import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
}

export async function startPlainWorker(
  temporal: TemporalAddress,
  taskQueue: string,
  { workflowBundle, maxCachedWorkflows = defaultLimits.maxCachedWorkflows }: PlainWorkerChoice,
): Promise<PlainWorker> {
  installRuntime({ level: 'ERROR' });
  const { shutdownGraceTimeMs: _grace, shutdownForceTimeMs: _force, ...slots } = defaultLimits;
  const connection = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    ...slots,
    connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle,
    maxCachedWorkflows,
    reuseV8Context: true,
  });
  const done = worker.run();
  return {
    worker,
    stop: async () => {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

interface PlainWorkerChoice {
  workflowBundle: { code: string };
  maxCachedWorkflows?: number;
}

export async function plainClient({
  address,
  namespace,
}: TemporalAddress): Promise<{ client: Client; close(): Promise<void> }> {
  const connection = await Connection.connect({ address });
  return { client: new Client({ connection, namespace }), close: () => connection.close() };
}
