import { z } from 'zod';
import { eventTypes, isEventType, type EventTypeName } from './event-types.js';
import { topics, type TopicName } from './topics.js';

/** A JSON Schema as we write it: the keywords that zod uses, nothing of the other dialects. */
export type JsonSchema = { [keyword: string]: unknown };

export const eventTypeNames = Object.keys(eventTypes).filter(isEventType).sort();

/** File of a type under `schemas/`. */
export function schemaFile(type: EventTypeName): string {
  return `${type}.schema.json`;
}

/** Closed JSON Schema (2020-12) of the data of one event, as a producer must write it. */
export function eventSchema(type: EventTypeName): JsonSchema {
  const { topic } = eventTypes[type];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${type.replaceAll('.', ':')}`,
    title: type,
    description: `Data of ${type} on ${topic}`,
    ...closed(type, 'draft-2020-12'),
  };
}

/** Rules between fields that zod checks in code and JSON Schema must say in its own words. */
const betweenFields: { readonly [Type in EventTypeName]?: JsonSchema } = {
  'arrears.bank.loan-overdue.v1': {
    anyOf: ['instalments', 'minimumDue', 'earliestUnpaidDue'].map((name) => ({ required: [name] })),
  },
};

function closed(type: EventTypeName, target: 'draft-2020-12' | 'draft-7'): JsonSchema {
  const schema = z.toJSONSchema(eventTypes[type].schema, {
    target,
    io: 'input',
    // Without names: every file stands for itself, with no references to follow.
    metadata: z.registry<{ id?: string }>(),
    // A check in code can't be exported; the one we have is written out in `betweenFields`.
    unrepresentable: 'throw',
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'object' && jsonSchema.properties !== undefined) jsonSchema.additionalProperties = false;
      // zod spells formats out as patterns of its own version; the format says it in one word.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as JsonSchema;
  const { $schema: _dialect, id: _id, $id: _ownId, ...rest } = schema;
  return { ...rest, ...betweenFields[type] };
}

const headers: JsonSchema = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', maxLength: 200, description: 'The idempotency key: the same id is the same fact' },
    ce_source: { type: 'string', maxLength: 200, description: 'arrears/<service>, or the name the bank gives itself' },
    ce_type: { type: 'string', description: 'Carries the major version' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_subject: { type: 'string', maxLength: 200 },
    ce_partitionkey: { type: 'string', maxLength: 200, description: 'The same as the record key' },
    ce_journalhead: { type: 'string', pattern: '^[0-9a-f]{64}$', description: "Head of the case's journal" },
    ce_journalseq: { type: 'string', pattern: '^[1-9][0-9]*$', description: 'Number of the entry at that head' },
    traceparent: { type: 'string', description: 'W3C trace context' },
    'content-type': { const: 'application/json' },
  },
};

/** One AsyncAPI 3 document of every topic and message, from the same tables that the code reads. */
export function asyncApi(version: string): JsonSchema {
  const typesOf = (topic: TopicName) => eventTypeNames.filter((type) => eventTypes[type].topic === topic);
  const channels = topics.map(({ name, key, partitions, retentionDays, maxRecordBytes }) => [
    name,
    {
      address: name,
      description: `Record key: ${key}. Kept ${retentionDays} days.`,
      messages: Object.fromEntries(typesOf(name).map((type) => [type, { $ref: `#/components/messages/${type}` }])),
      bindings: {
        kafka: {
          topic: name,
          partitions,
          topicConfiguration: { 'retention.ms': retentionDays * 86_400_000, 'max.message.bytes': maxRecordBytes },
          bindingVersion: '0.5.0',
        },
      },
    },
  ]);
  const operations = topics.map(({ name }) => [
    `${name.startsWith('bank.') ? 'receive' : 'send'} ${name}`,
    {
      action: name.startsWith('bank.') ? 'receive' : 'send',
      channel: { $ref: `#/channels/${name}` },
      messages: typesOf(name).map((type) => ({ $ref: `#/channels/${name}/messages/${type}` })),
    },
  ]);
  const messages = eventTypeNames.map((type) => [
    type,
    {
      name: type,
      title: type,
      contentType: 'application/json',
      headers: { $ref: '#/components/schemas/headers' },
      payload: { $ref: `#/components/schemas/${type}` },
      bindings: { kafka: { key: { type: 'string', minLength: 1, maxLength: 200 }, bindingVersion: '0.5.0' } },
    },
  ]);
  const schemas = eventTypeNames.map((type) => [type, closed(type, 'draft-7')]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Arrears events',
      version,
      description:
        'CloudEvents 1.0 on Kafka, binary mode: attributes in headers, data in the value. Inside a major version only optional fields are added.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels) as JsonSchema,
    operations: Object.fromEntries(operations) as JsonSchema,
    components: {
      messages: Object.fromEntries(messages) as JsonSchema,
      schemas: { headers, ...(Object.fromEntries(schemas) as JsonSchema) },
    },
  };
}
