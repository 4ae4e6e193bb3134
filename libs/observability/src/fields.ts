/**
 * The fields that a log line or a span may carry. Whatever else is handed to the logger is dropped and counted: a field
 * that nobody listed is a field that nobody checked for personal data.
 */
export const logFieldNames = [
  'time',
  'level',
  'event',
  'service',
  'role',
  'version',
  'build',
  'pod',
  'trace_id',
  'span_id',
  'request_id',
  'case_id',
  'event_id',
  'event_type',
  'topic',
  'partition',
  'offset',
  'workflow_id',
  'run_id',
  'activity',
  'attempt',
  'task_queue',
  'actor_id',
  'rule',
  'channel',
  'provider',
  'outcome',
  'error_code',
  'error_class',
  'sqlstate',
  'constraint',
  'http_route',
  'status',
  'duration_ms',
  'count',
  'mode',
] as const;
export type LogFieldName = (typeof logFieldNames)[number];

/** Set by the logger itself, so a caller can't overwrite them. */
const ownFields = ['time', 'level', 'event'] as const;
export type CallerFieldName = Exclude<LogFieldName, (typeof ownFields)[number]>;

/** What a caller may add to a line. `undefined` is left out silently, so optional values need no `if`. */
export type LogFields = { readonly [Name in CallerFieldName]?: string | number | boolean | null | undefined };

const allowed: ReadonlySet<string> = new Set(logFieldNames.filter((name) => !ownFields.some((own) => own === name)));
/** Ids, codes, names of code, routes and versions; no blanks, so no sentence, no name of a person, no address. */
const token = /^[A-Za-z0-9_.:/{}*<>@|#=,-]{1,200}$/;

export type CleanFields = Partial<Record<CallerFieldName, string | number | boolean>>;

/**
 * Splits what was handed in into what may be written and the names of what may not: a name that is not listed, an
 * object, or a text that is more than a token.
 */
export function allowListed(fields: object): { kept: CleanFields; dropped: string[] } {
  const kept: CleanFields = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    if (isCallerField(name) && isToken(value)) kept[name] = value;
    else dropped.push(name);
  }
  return { kept, dropped };
}

function isCallerField(name: string): name is CallerFieldName {
  return allowed.has(name);
}

function isToken(value: unknown): value is string | number | boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'boolean' || (typeof value === 'string' && token.test(value));
}
