import { QueryFailedError } from 'typeorm';

/**
 * What PostgreSQL refused, without the values it refused: the driver's own error carries the parameters, and its
 * `detail` and often its message quote them, so it must never reach a log line.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    /** SQLSTATE, such as `23505`; undefined when the connection failed before an answer. */
    readonly sqlstate: string | undefined,
    readonly constraint: string | undefined,
    readonly table: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

interface DriverError {
  code?: unknown;
  constraint?: unknown;
  table?: unknown;
  message?: unknown;
}

/** Errors of class 42 (syntax, unknown table or column) speak of our SQL and not of data, so their sentence may stay. */
const speaksOfOurSql = (sqlstate: string) => sqlstate.startsWith('42');

/** Turns a driver's or TypeORM's error into a `DatabaseError`; anything else is returned as it is. */
export function toDatabaseError(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error)) return error;
  const { code, constraint, table, message } = cause as DriverError;
  if (typeof code !== 'string') return error instanceof QueryFailedError ? lost(cause.message) : error;
  if (!/^[0-9A-Z]{5}$/.test(code)) {
    // ECONNREFUSED and its like come from the socket; a code in another spelling belongs to an error of the work itself.
    return error instanceof QueryFailedError || /^E[A-Z0-9_]+$/.test(code) ? lost(code) : error;
  }
  const names = [text(table), text(constraint)].filter((name) => name !== undefined).join('.');
  const sentence = speaksOfOurSql(code) ? `: ${text(message) ?? ''}` : '';
  return new DatabaseError(
    code,
    text(constraint),
    text(table),
    `PostgreSQL ${code}${names === '' ? '' : ` on ${names}`}${sentence}`,
  );
}

/** Serialization failure or deadlock: the same transaction may succeed when run again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.sqlstate === '40001' || error.sqlstate === '40P01');
}

const lost = (why: string) => new DatabaseError(undefined, undefined, undefined, `PostgreSQL connection: ${why}`);
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
