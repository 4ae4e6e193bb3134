export { cloudEventHeaders, eventSource, maxEventBytes, parseCloudEvent, type ParkCode } from './cloud-events.js';
export { inboxOptions, startConsumer, type Consumer, type ConsumerOptions } from './consumer.js';
export type { Handler, Handlers, Received } from './handle.js';
export type { OnHeartbeat } from './heartbeats.js';
export { putIntoInbox, type Delivery, type InboxAnswer, type InboxOptions } from './inbox.js';
export type { IncomingRecord, KafkaPort, OutgoingRecord } from './kafka-port.js';
export { kafkaPort, type KafkaOptions } from './kafkajs-port.js';
export { messagingMigrations } from './migrations.js';
export {
  appendOutbox,
  type KafkaOutboxRecord,
  type OutboxRecord,
  type TemporalAction,
  type TemporalOutboxRecord,
} from './outbox.js';
export { listParked, Parked, replayParked, setAsideParked, type ParkedEvent, type ParkedSelection } from './parked.js';
export { startRelay, type Relay, type RelayOptions } from './relay.js';
export type { Cause } from './cause.js';
export type { OnClosed, OnStarted, TemporalAnswer, TemporalDestination, TemporalRequest } from './relay-temporal.js';
