import { topicName, topics, type TopicName } from '@arrears/contracts';
import { Kafka, logLevel, type EachBatchPayload, type IHeaders, type Producer, type SASLOptions } from 'kafkajs';
import type { IncomingRecord, KafkaPort, OutgoingRecord, SubscribeOptions, Subscription } from './kafka-port.js';
import { fixIdleTimer } from './kafka-idle-timer.js';

export interface KafkaOptions {
  brokers: readonly string[];
  clientId: string;
  topicPrefix: string;
  ssl?: boolean;
  sasl?: SASLOptions;
}

const stuckAfterMs = 60_000;
const pingMs = 1_500;
const usualSessionMs = 30_000;
/**
 * A member waits for the assignment until the leader has sent it, and a leader that was killed is given up after its session. Who
 * gives up sooner comes back as a new member and leaves one more dead one behind: such a group never gets together.
 */
const afterSessionMs = 10_000;

/** `KafkaPort` with kafkajs behind. Connects at first use; logs nothing itself, since its messages quote whatever failed. */
export function kafkaPort(options: KafkaOptions): KafkaPort {
  fixIdleTimer();
  const client = (requestTimeout: number, retries = 8) =>
    new Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
      ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
      logLevel: logLevel.NOTHING,
      connectionTimeout: Math.min(3_000, requestTimeout),
      requestTimeout,
      retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries },
    });
  const kafka = client(20_000);
  const named = (topic: TopicName) => topicName(options.topicPrefix, topic);
  const producer = keptProducer(kafka);
  let admin: ReturnType<Kafka['admin']> | undefined;
  const connectedAdmin = async () => {
    admin ??= kafka.admin();
    await admin.connect();
    return admin;
  };

  return {
    produce: (records) => producer.use((open) => send(open, records, named)),
    async partitions(topic) {
      const known = await (await connectedAdmin()).fetchTopicMetadata({ topics: [named(topic)] });
      const [found] = known.topics;
      return (found?.partitions ?? []).map(({ partitionId }) => partitionId).sort((a, b) => a - b);
    },
    subscribe: (wanted) =>
      subscribe(client((wanted.sessionTimeoutMs ?? usualSessionMs) + afterSessionMs), wanted, options.topicPrefix),
    async lag(group, wanted) {
      const groupId = groupName(options.topicPrefix, group);
      const open = await connectedAdmin();
      const perTopic = wanted.map(async (topic) => {
        const ends = await open.fetchTopicOffsets(named(topic));
        const [committed] = await open.fetchOffsets({ groupId, topics: [named(topic)] });
        const at = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        return ends.map(({ partition, high, low }) => ({
          topic,
          partition,
          records: Math.max(0, Number(high) - Math.max(at.get(partition) ?? -1, Number(low))),
        }));
      });
      return (await Promise.all(perTopic)).flat();
    },
    async ping() {
      const probe = client(pingMs, 0).admin();
      try {
        await probe.connect();
        await probe.describeCluster();
      } finally {
        await probe.disconnect();
      }
    },
    async close() {
      await producer.close();
      await admin?.disconnect();
    },
  };
}

/**
 * One idempotent producer, thrown away after a failure: what the broker did with the last request is unknown then, and a
 * new producer sends the rows again (same `ce_id`) without the sequence numbers of the old one in its way.
 */
function keptProducer(kafka: Kafka) {
  let open: Promise<Producer> | undefined;
  const connect = async () => {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 4 } });
    await producer.connect();
    return producer;
  };
  const drop = async () => {
    const last = open;
    open = undefined;
    await last?.then((producer) => producer.disconnect()).catch(() => undefined);
  };
  return {
    async use(work: (producer: Producer) => Promise<void>): Promise<void> {
      open ??= connect();
      try {
        await work(await open);
      } catch (error) {
        await drop();
        throw error;
      }
    },
    close: drop,
  };
}

async function send(producer: Producer, records: readonly OutgoingRecord[], named: (topic: TopicName) => string) {
  const byTopic = new Map<TopicName, OutgoingRecord[]>();
  for (const record of records) {
    const list = byTopic.get(record.topic);
    if (list === undefined) byTopic.set(record.topic, [record]);
    else list.push(record);
  }
  await producer.sendBatch({
    acks: -1,
    topicMessages: [...byTopic].map(([topic, messages]) => ({ topic: named(topic), messages })),
  });
}

/** Two installations on one broker must not share a group either: the broker would deal the partitions of both. */
const groupName = (prefix: string, group: string): string => `${prefix}${group}`;

async function subscribe(kafka: Kafka, wanted: SubscribeOptions, prefix: string): Promise<Subscription> {
  const { sessionTimeoutMs = usualSessionMs } = wanted;
  const consumer = kafka.consumer({
    groupId: groupName(prefix, wanted.group),
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.min(3_000, sessionTimeoutMs / 3),
    rebalanceTimeout: 60_000,
    maxWaitTimeInMs: 500,
    // A record that is larger than this would come only when it is the first of its fetch.
    maxBytesPerPartition: Math.max(...topics.map(({ maxRecordBytes }) => maxRecordBytes)),
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
  });
  const { events } = consumer;
  const state = { crashed: false, movedAt: Date.now() };
  const moved = () => void (state.movedAt = Date.now());
  for (const event of [events.FETCH_START, events.FETCH, events.HEARTBEAT, events.REQUEST_TIMEOUT] as const)
    consumer.on(event, moved);
  consumer.on(events.CONNECT, () => wanted.onConnection?.(true));
  consumer.on(events.DISCONNECT, () => wanted.onConnection?.(false));
  consumer.on(events.GROUP_JOIN, ({ payload }) => {
    moved();
    wanted.onAssigned?.(unprefixed(payload.memberAssignment, prefix));
  });
  consumer.on(events.CRASH, ({ payload }) => {
    moved();
    wanted.onConnection?.(false);
    if (!payload.restart) state.crashed = true;
    wanted.onCrash?.(payload.error, payload.restart);
  });

  await consumer.connect();
  await consumer.subscribe({ topics: wanted.topics.map((topic) => topicName(prefix, topic)), fromBeginning: true });
  // A group keeps the seat of a killed member for a whole session. Joining goes on behind us: whoever starts after a kill
  // is ready at once and gets his records when the seat is free.
  consumer
    .run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      async eachBatch(payload) {
        await onBatch(payload, wanted, prefix, moved);
        const { topic, partition, lastOffset } = { ...payload.batch, lastOffset: payload.batch.lastOffset() };
        payload.resolveOffset(lastOffset);
        await consumer.commitOffsets([{ topic, partition, offset: (BigInt(lastOffset) + 1n).toString() }]);
      },
    })
    .catch(() => {
      state.crashed = true;
    });
  return {
    alive: () => !state.crashed && Date.now() - state.movedAt < stuckAfterMs,
    stop: () => consumer.disconnect(),
  };
}

async function onBatch(
  { batch, heartbeat }: EachBatchPayload,
  wanted: SubscribeOptions,
  prefix: string,
  moved: () => void,
) {
  const topic = knownTopic(batch.topic, prefix);
  if (topic === undefined) return;
  const records = batch.messages.map((message): IncomingRecord => ({
    topic,
    partition: batch.partition,
    offset: message.offset,
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: textHeaders(message.headers),
  }));
  await wanted.onBatch(records, async () => {
    moved();
    await heartbeat();
  });
}

function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) text[name.toLowerCase()] = last.toString();
  }
  return text;
}

function unprefixed(assignment: Record<string, number[]>, prefix: string): ReadonlyMap<TopicName, readonly number[]> {
  const known = Object.entries(assignment).flatMap(([name, partitions]): [TopicName, number[]][] => {
    const topic = knownTopic(name, prefix);
    return topic === undefined ? [] : [[topic, partitions]];
  });
  return new Map(known);
}

function knownTopic(name: string, prefix: string): TopicName | undefined {
  return topics.find((topic) => topicName(prefix, topic.name) === name)?.name;
}
