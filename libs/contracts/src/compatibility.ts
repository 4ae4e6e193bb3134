import type { JsonSchema } from './schema-export.js';

/**
 * Who must be able to go on. `received`: senders that write as the released schema says are still understood.
 * `published`: readers that know the released schema still find what they rely on.
 */
export type Direction = 'received' | 'published';

/**
 * What a change of a released schema would break, one sentence with its path each; empty when it only adds.
 * Judged alike in both directions but for fields that stop being required: that harms readers, not senders.
 */
export function incompatibilities(released: JsonSchema, current: JsonSchema, direction: Direction): string[] {
  return compare(released, current, '$', direction);
}

function compare(was: JsonSchema, is: JsonSchema, path: string, direction: Direction): string[] {
  return [
    ...types(was, is, path),
    ...values(was, is, path),
    ...limits(was, is, path),
    ...fields(was, is, path, direction),
    ...items(was, is, path, direction),
    ...alternatives(was, is, path, direction),
  ];
}

function types(was: JsonSchema, is: JsonSchema, path: string): string[] {
  const [before, after] = [typesOf(was), typesOf(is)];
  if (before === undefined || after === undefined)
    return before === after ? [] : [`${path}: the type changed from ${show(was['type'])} to ${show(is['type'])}`];
  const kept = before.every((type) => after.includes(type) || (type === 'integer' && after.includes('number')));
  const wider = after.some((type) => !before.includes(type));
  return kept && !wider ? [] : [`${path}: the type changed from ${show(was['type'])} to ${show(is['type'])}`];
}

function values(was: JsonSchema, is: JsonSchema, path: string): string[] {
  const [before, after] = [valuesOf(was), valuesOf(is)];
  if (after === undefined) return [];
  if (before === undefined) return [`${path}: only some values are allowed now`];
  const gone = before.filter((value) => !after.includes(value));
  return gone.length === 0 ? [] : [`${path}: no longer allowed: ${gone.map(show).join(', ')}`];
}

const upperLimits = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
const lowerLimits = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];

function limits(was: JsonSchema, is: JsonSchema, path: string): string[] {
  const narrower = (keyword: string, isNarrower: (before: number, after: number) => boolean) => {
    const [before, after] = [was[keyword], is[keyword]];
    if (typeof after !== 'number' || (typeof before === 'number' && !isNarrower(before, after))) return [];
    return [`${path}: ${keyword} is narrower: ${show(before)} became ${after}`];
  };
  const pattern = ['pattern', 'format'].filter((name) => is[name] !== undefined && is[name] !== was[name]);
  return [
    ...upperLimits.flatMap((keyword) => narrower(keyword, (before, after) => after < before)),
    ...lowerLimits.flatMap((keyword) => narrower(keyword, (before, after) => after > before)),
    ...pattern.map((name) => `${path}: the ${name} changed`),
  ];
}

function fields(was: JsonSchema, is: JsonSchema, path: string, direction: Direction): string[] {
  const [before, after] = [object(was['properties']), object(is['properties'])];
  const [needed, neededNow] = [strings(was['required']), strings(is['required'])];
  return [
    ...Object.entries(before).flatMap(([name, schema]) => {
      const now = after[name];
      return now === undefined
        ? [`${path}.${name}: removed`]
        : compare(object(schema), object(now), `${path}.${name}`, direction);
    }),
    ...neededNow.filter((name) => !needed.includes(name)).map((name) => `${path}.${name}: required now`),
    ...(direction === 'published' ? needed : [])
      .filter((name) => after[name] !== undefined && !neededNow.includes(name))
      .map((name) => `${path}.${name}: may be absent now`),
  ];
}

function items(was: JsonSchema, is: JsonSchema, path: string, direction: Direction): string[] {
  if (was['items'] === undefined || is['items'] === undefined) return [];
  return compare(object(was['items']), object(is['items']), `${path}[]`, direction);
}

/** Each released alternative must live on in one of today's. */
function alternatives(was: JsonSchema, is: JsonSchema, path: string, direction: Direction): string[] {
  return ['anyOf', 'oneOf'].flatMap((keyword) => {
    const [before, after] = [list(was[keyword]), list(is[keyword])];
    if (before.length === 0) return after.length === 0 ? [] : [`${path}: only some alternatives are allowed now`];
    return before.flatMap((alternative, index) => {
      const answers = after.map((candidate) => compare(alternative, candidate, `${path}(${index + 1})`, direction));
      if (answers.some((broken) => broken.length === 0)) return [];
      // The nearest one tells best what happened.
      const nearest = answers.sort((one, two) => one.length - two.length)[0];
      return nearest ?? [`${path}(${index + 1}): the alternative is gone`];
    });
  });
}

const object = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
const list = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.map(object) : []);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
const show = (value: unknown): string => JSON.stringify(value) ?? 'anything';

function typesOf(schema: JsonSchema): string[] | undefined {
  const type = schema['type'];
  return typeof type === 'string' ? [type] : Array.isArray(type) ? strings(type) : undefined;
}

function valuesOf(schema: JsonSchema): unknown[] | undefined {
  if (schema['const'] !== undefined) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined;
}
