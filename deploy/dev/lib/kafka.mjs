import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { waitForPort } from './ports.mjs';
import { startDetached } from './processes.mjs';
import { run } from './run.mjs';
import { mavenLibs, requireJava } from './maven-libs.mjs';
import { trouble } from './trouble.mjs';

/** One Kafka node that is broker and controller (KRaft), data in `DIR/kafka`. Returns the started process. */
export async function startKafka({ dir, port, controllerPort, log, note, heapMb = 512 }) {
  const java = await requireJava();
  const libs = await mavenLibs(join(root, 'deploy/dev/kafka'), note);
  const home = join(dir, 'kafka');
  const config = join(home, 'server.properties');
  mkdirSync(home, { recursive: true });
  writeFileSync(config, properties({ port, controllerPort, data: join(home, 'data') }));
  const classpath = ['-cp', `${libs}/*`];
  if (!existsSync(join(home, 'data', 'meta.properties'))) {
    const { code, output } = await run(java, [
      ...classpath,
      'kafka.tools.StorageTool',
      'format',
      '--standalone',
      '-t',
      'YXJyZWFycy1sb2NhbC0wMQ',
      '-c',
      config,
    ]);
    if (code !== 0) throw trouble(`Kafka could not prepare its data folder: ${output.trim().split('\n').at(-1)}`);
  }
  const server = startDetached(java, [`-Xmx${heapMb}m`, '-Dlog4j2.level=WARN', ...classpath, 'kafka.Kafka', config], {
    log,
    cwd: home,
  });
  await waitForPort(port, 'Kafka', { alive: server.alive, log });
  return server;
}

/** One node: every internal topic has one replica; topics are made from our table, never by a typing error. */
function properties({ port, controllerPort, data }) {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'num.partitions': 6,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
