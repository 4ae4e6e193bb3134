import { eventTypes, isEventType, topics, type EventTypeName, type TopicName } from '@arrears/contracts';

/** Why an event can't be handled now; stable codes that people and tools see. Handlers add their own. */
export type ParkCode =
  | 'not-json'
  | 'wrong-schema'
  | 'unknown-type'
  | 'unknown-version'
  | 'wrong-topic'
  | 'wrong-key'
  | 'too-large'
  | 'id-reused'
  | 'missing-header'
  | 'unreadable-key'
  | 'failed';

/** Our own limit, whatever a broker or the file door lets through. */
export const maxEventBytes = 1024 * 1024;

/** Headers of one of our own events, in binary mode of CloudEvents 1.0. The source is the service in the type's name. */
export function cloudEventHeaders(event: {
  id: string;
  type: EventTypeName;
  time: string;
  key: string;
  subject?: string;
  traceparent?: string;
  more?: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    ...event.more,
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: eventSource(event.type),
    ce_type: event.type,
    ce_time: event.time,
    ce_partitionkey: event.key,
    ...(event.subject === undefined ? {} : { ce_subject: event.subject }),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    'content-type': 'application/json',
  };
}

/** `arrears.cases.case-opened.v1` comes from `arrears/cases`. */
export function eventSource(type: string): string {
  return `arrears/${type.split('.')[1] ?? ''}`;
}

export type ParsedEvent =
  | { outcome: 'event'; type: EventTypeName; data: unknown }
  | { outcome: 'ignore'; type: string }
  | { outcome: 'park'; code: ParkCode; detail: string };

/**
 * Reads what was received as one of the known events. Unknown fields are dropped: inside a major version producers may
 * add them. `detail` names the place and the rule, never the value.
 */
export function parseCloudEvent(record: {
  topic: TopicName;
  key: string | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string | undefined>>;
}): ParsedEvent {
  const { topic, key, value, headers } = record;
  for (const name of ['ce_id', 'ce_source', 'ce_type'])
    if ((headers[name] ?? '') === '') return park('missing-header', `header ${name} is missing`);
  const type = headers['ce_type'] ?? '';
  if (!type.startsWith('arrears.')) return { outcome: 'ignore', type };
  if (value === null) return park('not-json', 'the record has no value');
  if (value.length > maxEventBytes)
    return park('too-large', `${value.length} bytes are more than the limit of ${maxEventBytes}`);
  if (!isEventType(type)) return unknown(type);
  if (eventTypes[type].topic !== topic) return park('wrong-topic', `${type} belongs on ${eventTypes[type].topic}`);
  const parsed = parseJson(value);
  if (parsed === undefined) return park('not-json', 'the value is not JSON in UTF-8');
  const checked = eventTypes[type].schema.safeParse(parsed.json);
  if (!checked.success) {
    const issues = checked.error.issues.slice(0, 5);
    return park(
      'wrong-schema',
      issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`).join('; '),
    );
  }
  const expected = keyOf(topic, checked.data);
  if (key === null || key === '') return park('wrong-key', `the record has no key; it must be ${keyName(topic)}`);
  if (expected !== undefined && expected !== key)
    return park('wrong-key', `the record's key is not the ${keyName(topic)} of its data`);
  return { outcome: 'event', type, data: checked.data };
}

function unknown(type: string): ParsedEvent {
  const base = type.replace(/\.v\d+$/, '');
  const known = Object.keys(eventTypes).find((name) => name.replace(/\.v\d+$/, '') === base);
  return known === undefined
    ? park('unknown-type', 'this build knows no event of that type')
    : park('unknown-version', `this build reads ${known}`);
}

const keyName = (topic: TopicName) => topics.find(({ name }) => name === topic)?.key ?? 'key';

/** The value of the topic's key field in the data, where the event carries it. */
function keyOf(topic: TopicName, data: unknown): string | undefined {
  const name = keyName(topic);
  const found = field(data, name) ?? field(field(data, 'case'), name);
  return typeof found === 'string' ? found : undefined;
}

function field(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (Reflect.get(data, name) as unknown) : undefined;
}

function parseJson(value: Buffer): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)) };
  } catch {
    return undefined;
  }
}

const park = (code: ParkCode, detail: string): ParsedEvent => ({ outcome: 'park', code, detail });
