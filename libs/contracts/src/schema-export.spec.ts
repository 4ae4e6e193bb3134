import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventTypes } from './event-types.js';
import { generatedFiles } from './generated-files.js';
import { fullLoan, repayment, smallestLoan } from './samples.fixture.js';
import { eventSchema, eventTypeNames, schemaFile, type JsonSchema } from './schema-export.js';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const compile = (schema: JsonSchema) =>
  new Ajv2020({ strict: true, strictRequired: false, validateFormats: false }).compile(schema);

describe('files that are made from the schemas', () => {
  it.each([...generatedFiles()])('%s is as it would be made now (npm run schemas)', (file, text) => {
    expect(read(file) === text).toBe(true);
  });

  it('are all there, and no others', () => {
    const found = readdirSync(new URL('../schemas', import.meta.url)).sort();
    expect(found).toEqual(eventTypeNames.map(schemaFile).sort());
  });
});

describe('the JSON Schemas', () => {
  it.each(eventTypeNames)('%s is closed on every level', (type) => {
    const open = objects(eventSchema(type)).filter((schema) => schema['additionalProperties'] !== false);
    expect(open).toEqual([]);
  });

  it.each(eventTypeNames)('%s compiles', (type) => {
    expect(typeof compile(eventSchema(type))).toBe('function');
  });

  it('say of sample messages what the code says', () => {
    const loan = compile(eventSchema('arrears.bank.loan-overdue.v1'));
    const { minimumDue: _, ...nothingDue } = smallestLoan;
    expect([fullLoan, smallestLoan, nothingDue, { ...smallestLoan, extra: 1 }].map((one) => loan(one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(compile(eventSchema('arrears.bank.repayment-received.v1'))(repayment)).toBe(true);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid and tells every event on its topic', async () => {
    const { document, diagnostics } = await new Parser().parse(read('asyncapi.yaml'));
    // Severity 0 is an error; the rest is advice, such as to add contact details.
    expect(diagnostics.filter((one) => Number(one.severity) === 0)).toEqual([]);
    const told = document
      ?.channels()
      .all()
      .flatMap((channel) =>
        channel
          .messages()
          .all()
          .map((message) => `${channel.address()} ${message.id()}`),
      );
    expect(told?.sort()).toEqual(eventTypeNames.map((type) => `${eventTypes[type].topic} ${type}`).sort());
  }, 60_000);
});

/** Every object schema inside a schema, conditions on presence left aside. */
function objects(schema: unknown): JsonSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(objects);
  const { type, properties } = schema as JsonSchema;
  return type === 'object' && properties !== undefined ? [schema as JsonSchema, ...inner] : inner;
}
