import pg from 'pg';
import { toDatabaseError } from './database-error.js';

/** One connection that belongs to its holder alone; when it is lost, so are its session locks. */
export interface Dedicated {
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Connects, or rejects when the server is away. The caller bypasses PgBouncer: session state must stay. */
export async function openDedicated({ url, name }: { url: string; name: string }): Promise<Dedicated> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // The end is what callers watch; an 'error' event without a listener would end the process.
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  return {
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      try {
        return (await client.query(sql, [...params])).rows as Row[];
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    ended,
    close: () => client.end(),
  };
}
