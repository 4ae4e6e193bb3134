import type { TopicName } from '@arrears/contracts';

/** What the rest of the library asks of a Kafka client; contract tests hold any implementation to it. */
export interface KafkaPort {
  /**
   * Resolves when all in-sync replicas have all records; rejects when that is not known (they may have been written).
   * One request at a time, records of one partition in the given order.
   */
  produce(records: readonly OutgoingRecord[]): Promise<void>;
  partitions(topic: TopicName): Promise<number[]>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Records not yet received, by topic and partition; for metrics. */
  lag(group: string, topics: readonly TopicName[]): Promise<{ topic: TopicName; partition: number; records: number }[]>;
  /** Asks a broker for its cluster on a new connection; rejects when none answers within a second or two. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface OutgoingRecord {
  topic: TopicName;
  key: string;
  value: string;
  headers: Record<string, string>;
  /** Only heartbeats name one; all else goes by the hash of the key. */
  partition?: number;
}

export interface IncomingRecord {
  topic: TopicName;
  partition: number;
  offset: string;
  /** Real time in epoch ms, by the producer or the broker as the topic says. */
  timestamp?: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
}

export interface SubscribeOptions {
  /** The prefix of the topics stands before it on the broker, as before theirs. */
  group: string;
  topics: readonly TopicName[];
  /** After this long without a sign a member's partitions go to others; default 30,000, the broker allows 6,000. */
  sessionTimeoutMs?: number;
  /** Offsets are committed when it resolves. `alive` must be called at least every few seconds while it works. */
  onBatch(records: readonly IncomingRecord[], alive: () => Promise<void>): Promise<void>;
  onAssigned?(assigned: ReadonlyMap<TopicName, readonly number[]>): void;
  onConnection?(connected: boolean): void;
  onCrash?(error: unknown, restarts: boolean): void;
}

export interface Subscription {
  /** False once the client gave up for good, or when its loop has not moved for a minute: only a new process helps. */
  alive(): boolean;
  stop(): Promise<void>;
}
