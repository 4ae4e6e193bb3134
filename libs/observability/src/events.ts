/**
 * Names of what a log line can report. A line has no free text: it has one of these names and allow-listed fields.
 * Libraries and services add theirs with `defineEvents` and type their logger `Logger<PlatformEvent | MyEvent>`.
 */
const catalogue = new Set<string>();

/** Registers names and returns them: `const events = defineEvents(['case-opened']); type MyEvent = (typeof events)[number]`. */
export function defineEvents<const Names extends readonly string[]>(names: Names): Names {
  for (const name of names) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error(`"${name}" is no event name: use kebab-case`);
    catalogue.add(name);
  }
  return names;
}

export function isDefinedEvent(name: string): boolean {
  return catalogue.has(name);
}

export const platformEvents = defineEvents([
  // process
  'process-starting',
  'process-started',
  'process-stopping',
  'process-stopped',
  'process-failed',
  'drain-timed-out',
  'stop-hook-failed',
  'second-signal-ignored',
  'configuration-refused',
  'dependency-down',
  'dependency-up',
  'framework-message',
  'event-undefined',
  // http
  'request-handled',
  'request-failed',
  'request-refused',
  'token-refused',
  'access-denied',
  // database
  'migration-applied',
  'migration-refused',
  'migrations-done',
  'schema-behind',
  'transaction-retried',
  'database-error',
  'database-connection-lost',
  'person-key-destroyed',
  // outbox
  'relay-started',
  'relay-became-active',
  'relay-standing-by',
  'relay-failed',
  'relay-stopped',
  'relay-crashed',
  'outbox-published',
  'outbox-publish-failed',
  'outbox-destination-failed',
  'outbox-destination-refused',
  'outbox-partition-created',
  'outbox-partition-dropped',
  // inbox
  'consumer-started',
  'consumer-stopped',
  'consumer-crashed',
  'consumer-rebalanced',
  'kafka-connected',
  'kafka-disconnected',
  'kafka-message',
  'inbox-received',
  'inbox-handled',
  'inbox-failed',
  'inbox-parked',
  'inbox-replayed',
  'heartbeat-applied',
  // Temporal
  'worker-started',
  'worker-stopped',
  'worker-crashed',
  'temporal-connected',
  'temporal-disconnected',
  'temporal-message',
  'activity-started',
  'activity-completed',
  'activity-failed',
  'codec-failed',
]);
export type PlatformEvent = (typeof platformEvents)[number];
