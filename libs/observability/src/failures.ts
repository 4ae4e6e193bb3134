import type { CleanFields } from './fields.js';

/**
 * What may be said of a failure: the class, a code and, of PostgreSQL, the state and the constraint's name. Never the
 * message: drivers and libraries put values into it, and a stack's first line repeats it.
 */
export function failureFields(failure: unknown): CleanFields {
  if (!(failure instanceof Error)) return { error_class: typeof failure };
  const fields: CleanFields = { error_class: failure.constructor.name || failure.name };
  for (const layer of layersOf(failure)) {
    const code = read(layer, 'code');
    if (code !== undefined) {
      if (isSqlState(code)) fields.sqlstate ??= code;
      else fields.error_code ??= code;
    }
    const sqlstate = read(layer, 'sqlstate');
    if (sqlstate !== undefined && isSqlState(sqlstate)) fields.sqlstate ??= sqlstate;
    const constraint = read(layer, 'constraint');
    if (constraint !== undefined) fields.constraint ??= constraint;
  }
  return fields;
}

/** The failure, then what it wraps: TypeORM keeps the driver's error in `driverError`, others use `cause`. */
function layersOf(failure: Error): object[] {
  const layers: object[] = [failure];
  for (let at: object | undefined = failure; at !== undefined && layers.length < 5;) {
    const inner: unknown = Reflect.get(at, 'driverError') ?? Reflect.get(at, 'cause');
    at = typeof inner === 'object' && inner !== null && !layers.includes(inner) ? inner : undefined;
    if (at !== undefined) layers.push(at);
  }
  return layers;
}

function read(layer: object, name: string): string | undefined {
  const value: unknown = Reflect.get(layer, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,100}$/.test(value) ? value : undefined;
}

/** Five characters with a digit, as SQL states are; `EPIPE` and the like are not. */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}
