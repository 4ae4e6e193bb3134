import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { incompatibilities, type Direction } from './compatibility.js';
import { eventSchema, eventTypeNames, schemaFile, type JsonSchema } from './schema-export.js';

const released = (file: string) =>
  JSON.parse(readFileSync(new URL(`../released/${file}`, import.meta.url), 'utf8')) as JsonSchema;
const directionOf = (file: string): Direction => (file.startsWith('arrears.bank.') ? 'received' : 'published');

describe('events of the released major version', () => {
  it.each(readdirSync(new URL('../released', import.meta.url)).filter((file) => file.endsWith('.json')))(
    '%s is only added to',
    (file) => {
      const type = eventTypeNames.find((name) => schemaFile(name) === file);
      expect(type).toBeDefined();
      if (type !== undefined)
        expect(incompatibilities(released(file), eventSchema(type), directionOf(file))).toEqual([]);
    },
  );

  it('are all kept', () => {
    const missing = eventTypeNames.filter(
      (type) => !existsSync(new URL(`../released/${schemaFile(type)}`, import.meta.url)),
    );
    expect(missing).toEqual([]);
  });
});

describe('what counts as breaking', () => {
  const was = {
    type: 'object',
    required: ['id', 'kind'],
    properties: {
      id: { type: 'string', maxLength: 10 },
      kind: { type: 'string', enum: ['a', 'b'] },
      lines: { type: 'array', items: { type: 'object', required: [], properties: { amount: { type: 'string' } } } },
      until: {
        anyOf: [
          { type: 'string', format: 'date-time' },
          { type: 'string', const: 'never' },
        ],
      },
      note: { type: 'string' },
    },
  } satisfies JsonSchema;
  const withFields = (properties: JsonSchema, required = was.required) => ({
    ...was,
    required,
    properties: { ...was.properties, ...properties },
  });
  const { note: _, ...withoutNote } = was.properties;

  it.each<[string, JsonSchema]>([
    ['nothing', was],
    ['an optional field added', withFields({ more: { type: 'integer' } })],
    ['an enum with more values', withFields({ kind: { type: 'string', enum: ['a', 'b', 'c'] } })],
    ['a limit that is wider', withFields({ id: { type: 'string', maxLength: 20 } })],
    ['an alternative added', withFields({ until: { anyOf: [...was.properties.until.anyOf, { type: 'null' }] } })],
  ])('is not: %s', (_, is) => {
    expect(incompatibilities(was, is, 'published')).toEqual([]);
  });

  it.each<[string, JsonSchema, string]>([
    ['a field removed', { ...was, properties: withoutNote }, '$.note: removed'],
    ['another type', withFields({ note: { type: 'integer' } }), '$.note: the type changed from "string" to "integer"'],
    [
      'a type that may be more',
      withFields({ note: { type: ['string', 'null'] } }),
      '$.note: the type changed from "string" to ["string","null"]',
    ],
    ['a new required field', withFields({ more: { type: 'string' } }, ['id', 'kind', 'more']), '$.more: required now'],
    ['an optional field required', withFields({}, ['id', 'kind', 'note']), '$.note: required now'],
    [
      'an enum with fewer values',
      withFields({ kind: { type: 'string', enum: ['a'] } }),
      '$.kind: no longer allowed: "b"',
    ],
    [
      'a text that becomes an enum',
      withFields({ note: { type: 'string', enum: ['x'] } }),
      '$.note: only some values are allowed now',
    ],
    [
      'a limit that is narrower',
      withFields({ id: { type: 'string', maxLength: 9 } }),
      '$.id: maxLength is narrower: 10 became 9',
    ],
    [
      'a new limit',
      withFields({ note: { type: 'string', minLength: 1 } }),
      '$.note: minLength is narrower: anything became 1',
    ],
    ['a pattern', withFields({ id: { type: 'string', maxLength: 10, pattern: '^x' } }), '$.id: the pattern changed'],
    [
      'inside a list',
      withFields({ lines: { type: 'array', items: { type: 'object', properties: {} } } }),
      '$.lines[].amount: removed',
    ],
    [
      'an alternative gone',
      withFields({ until: { anyOf: [{ type: 'string', format: 'date-time' }] } }),
      '$.until(2): the format changed',
    ],
  ])('is: %s', (_, is, sentence) => {
    expect(incompatibilities(was, is, 'received')).toEqual([sentence]);
    expect(incompatibilities(was, is, 'published')).toEqual([sentence]);
  });

  it('is a required field that may be absent, for readers; senders do not mind', () => {
    const is = withFields({}, ['id']);
    expect(incompatibilities(was, is, 'published')).toEqual(['$.kind: may be absent now']);
    expect(incompatibilities(was, is, 'received')).toEqual([]);
  });
});
