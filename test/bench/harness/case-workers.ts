import type { CaseActivities, NotificationActivities } from '@arrears/contracts/activities';
import { startCaseWorkers, testRing } from '@arrears/collection-case/testing';
import {
  buildIdOf,
  clientInterceptors,
  createClient,
  defaultLimits,
  failureConverterPath,
  installRuntime,
  queueName,
  workerInterceptors,
  workflowSpanSinks,
  type TemporalAddress,
} from '@arrears/temporal';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';

export interface CaseStack {
  client: Client;
  taskQueue: string;
  stop(): Promise<void>;
}

interface StackRequest {
  temporal: TemporalAddress;
  suffix: string;
  workflowBundle: { code: string };
  activities: { cases: CaseActivities; notifications: NotificationActivities };
}

/** Client and workers as the services make them. */
export async function caseStack({ temporal, suffix, ...rest }: StackRequest): Promise<CaseStack> {
  installRuntime({ level: 'ERROR' });
  const workers = await startCaseWorkers({ temporal, suffix, ...rest });
  const { client, close } = await createClient(temporal, testRing);
  return {
    client,
    taskQueue: queueName('cases', suffix),
    stop: async () => {
      await workers.stop();
      await close();
    },
  };
}

/** The same in every option but one: payloads and failures go out in clear. */
export async function caseStackWithoutCodec({
  temporal,
  suffix,
  workflowBundle,
  activities,
}: StackRequest): Promise<CaseStack> {
  const { address, namespace } = temporal;
  const { shutdownGraceTimeMs, shutdownForceTimeMs, ...slots } = defaultLimits;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const version = { deploymentName: queueName('cases', suffix), buildId: buildIdOf(workflowBundle.code) };
  const shared = {
    ...slots,
    connection: native,
    namespace,
    dataConverter: { failureConverterPath },
    interceptors: workerInterceptors(),
    sinks: workflowSpanSinks(undefined),
    reuseV8Context: true,
    shutdownGraceTime: shutdownGraceTimeMs,
    shutdownForceTime: shutdownForceTimeMs,
  };
  const workers = [
    await Worker.create({
      ...shared,
      taskQueue: queueName('cases', suffix),
      workflowBundle,
      activities: activities.cases,
      workerDeploymentOptions: { useWorkerVersioning: false, version },
    }),
    await Worker.create({
      ...shared,
      taskQueue: queueName('notifications', suffix),
      activities: activities.notifications,
    }),
  ];
  const ends = workers.map((worker) => worker.run());
  return {
    client: new Client({
      connection,
      namespace,
      dataConverter: { failureConverterPath },
      interceptors: clientInterceptors(),
    }),
    taskQueue: queueName('cases', suffix),
    stop: async () => {
      workers.forEach((worker) => worker.shutdown());
      await Promise.all(ends);
      await Promise.all([native.close(), connection.close()]);
    },
  };
}
