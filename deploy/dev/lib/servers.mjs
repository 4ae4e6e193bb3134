import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from './kafka.mjs';
import { requireFree } from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { isSame, stopProcess } from './processes.mjs';
import { step } from './progress.mjs';
import { startTemporal } from './temporal.mjs';
import { trouble } from './trouble.mjs';

/**
 * Starts PostgreSQL, Kafka and Temporal in `dir`, or takes over those of that folder which still run. A server named
 * by the usual variable (`DATABASE_URL`, `KAFKA_BROKERS`, `TEMPORAL_ADDRESS`) is used and none is started.
 * Returns where they are: `{postgres, kafka, temporal: {address, namespace}}`.
 */
export async function startServers({
  dir,
  ports,
  password,
  processes,
  namespace = 'arrears',
  ui = true,
  durable = true,
  env = process.env,
}) {
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const given = { postgres: env.DATABASE_URL, kafka: env.KAFKA_BROKERS, temporal: env.TEMPORAL_ADDRESS };
  const start = async (name, title, port, begin) => {
    if (given[name]) return step(title, async () => 'as given in the environment');
    return step(title, async (note) => {
      const log = join(dir, 'logs', `${name}.log`);
      const known = processes.live(name);
      if (known && known.port === port) return `still running, pid ${known.pid}`;
      if (known) await stopServer(processes, name);
      await requireFree(port, title);
      const { pid, startedAt } = await begin({ dir, port, log, note });
      if (!isSame({ pid, startedAt })) throw trouble(`${title} ended right after its start: its log is ${log}.`);
      processes.add(name, { pid, startedAt, port });
      return undefined;
    });
  };
  await start('postgres', 'PostgreSQL', ports.postgres, (at) => startPostgres({ ...at, password, durable }));
  await start('kafka', 'Kafka', ports.kafka, async (at) => {
    await requireFree(ports.kafkaController, "Kafka's controller");
    return startKafka({ ...at, controllerPort: ports.kafkaController });
  });
  await start('temporal', 'Temporal', ports.temporal, async (at) => {
    if (ui) await requireFree(ports.temporalUi, 'the Temporal UI');
    return startTemporal({ ...at, uiPort: ui ? ports.temporalUi : undefined, namespace });
  });
  return {
    postgres: given.postgres ?? `postgres://arrears:${password}@127.0.0.1:${ports.postgres}/postgres`,
    kafka: given.kafka ?? `127.0.0.1:${ports.kafka}`,
    temporal: {
      address: given.temporal ?? `127.0.0.1:${ports.temporal}`,
      namespace: env.TEMPORAL_NAMESPACE ?? namespace,
    },
  };
}

/** Stops our servers, those first that lean on others. */
export async function stopServers(processes) {
  for (const name of ['temporal', 'kafka', 'postgres']) await stopServer(processes, name);
}

async function stopServer(processes, name) {
  const entry = processes.live(name);
  // PostgreSQL takes SIGINT as "end the sessions, then stop"; SIGTERM would wait for the last client to leave.
  if (entry) await stopProcess(entry, { signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM', graceMs: 30_000 });
  processes.remove(name);
}
