import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { isRetryable, toDatabaseError } from './database-error.js';
import { openDedicated, type Dedicated } from './dedicated.js';
import { listenOn, type OnNotify } from './listen.js';

/**
 * One transaction, or (on `Database`) single statements of their own. Parameters are `$1`, `$2`, …
 * `bigint` and `numeric` columns come as strings, `date` as 'YYYY-MM-DD', `timestamptz` as Date, `jsonb` parsed.
 */
export interface Tx {
  /** The rows, also of INSERT, UPDATE and DELETE with RETURNING. Throws `DatabaseError`. */
  query<Row = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
    options?: StatementOptions,
  ): Promise<Row[]>;
  /** Runs it and gives the number of rows it touched. */
  execute(sql: string, params?: readonly unknown[]): Promise<number>;
}

export interface StatementOptions {
  /**
   * Parsed and planned once a connection under this name, for a statement that runs very often. One name, one text: the
   * number of names must not grow.
   */
  prepare?: string;
}

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

export interface Database extends Tx {
  readonly name: string;
  /**
   * Commits when `work` resolves, rolls back when it throws. Serialization failures and deadlocks run `work` again, at
   * most five times: it must not do anything outside the transaction that could not happen twice.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { isolation?: Isolation }): Promise<T>;
  /** LISTEN on a connection of its own that comes back after a loss; `onNotify` also runs after each reconnect. */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>;
  /** A single connection outside the pool, for session locks. */
  dedicated(): Promise<Dedicated>;
  /** Connections in the pool now, for metrics. */
  pool(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Shown as `application_name` in `pg_stat_activity` and used in messages. */
  name: string;
  /** Default 10. */
  poolSize?: number;
  /** Default 15,000. */
  statementTimeoutMs?: number;
  /** Default 30,000: an open write transaction holds back the outbox. */
  idleInTransactionTimeoutMs?: number;
  /** Told how long each piece of work waited for a connection of the pool. */
  onWait?: (seconds: number) => void;
  /**
   * Named statements are planned once for whatever values, and not again with each set of them. For statements that find a
   * few rows by keys, where planning costs more than running. Default false.
   */
  genericPlans?: boolean;
}

const attempts = 5;

/** Opens the pool and proves it with one statement; rejects when the server is away. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, name, poolSize = 10 } = options;
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: name,
    poolSize,
    logging: false,
    synchronize: false,
    // A broken idle connection is replaced by the pool; without a handler it would end the process.
    poolErrorHandler: () => undefined,
    extra: {
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 30_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      types: columnTypes,
      ...(options.genericPlans === true ? { options: '-c plan_cache_mode=force_generic_plan' } : {}),
    },
  });
  await source.initialize().catch((error: unknown) => {
    throw toDatabaseError(error);
  });

  const run = async <T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> => {
    const runner = source.createQueryRunner();
    try {
      if (options.onWait) {
        const from = performance.now();
        await runner.connect();
        options.onWait((performance.now() - from) / 1000);
      }
      return await work(runner);
    } catch (error) {
      throw toDatabaseError(error);
    } finally {
      await runner.release();
    }
  };

  return {
    name,
    query: <Row>(sql: string, params?: readonly unknown[], { prepare }: StatementOptions = {}) =>
      prepare === undefined
        ? run((runner) => tx(runner).query<Row>(sql, params))
        : prepared<Row>(poolOf(source), prepare, sql, params ?? []),
    execute: (sql, params) => run((runner) => tx(runner).execute(sql, params)),
    async transaction(work, { isolation = 'read committed' } = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await run((runner) => inTransaction(runner, isolation, work));
        } catch (error) {
          if (!isRetryable(error) || attempt >= attempts) throw error;
          await sleep(Math.random() * 20 * 2 ** attempt);
        }
      }
    },
    listen: (channel, onNotify) => listenOn({ url, name: `${name} listen` }, channel, onNotify),
    dedicated: () => openDedicated({ url, name: `${name} session` }),
    pool() {
      const { totalCount, idleCount, waitingCount } = poolOf(source);
      return { total: totalCount, idle: idleCount, waiting: waitingCount };
    },
    close: () => source.destroy(),
  };
}

function tx(runner: QueryRunner): Tx {
  // The structured result is asked for, since the plain one of TypeORM is [rows, count] for UPDATE and DELETE only.
  const run = async (sql: string, params: readonly unknown[] = []) => {
    try {
      return await runner.query(sql, [...params], true);
    } catch (error) {
      throw toDatabaseError(error);
    }
  };
  return {
    query: async <Row>(sql: string, params?: readonly unknown[], { prepare }: StatementOptions = {}) =>
      prepare === undefined
        ? ((await run(sql, params)).records as Row[])
        : prepared<Row>((await runner.connect()) as pg.PoolClient, prepare, sql, params ?? []),
    execute: async (sql, params) => (await run(sql, params)).affected ?? 0,
  };
}

const poolOf = (source: DataSource): pg.Pool => (source.driver as unknown as { master: pg.Pool }).master;

/** TypeORM knows no named statements: its connections do. */
async function prepared<Row>(
  connection: pg.Pool | pg.PoolClient,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const { rows } = await connection.query<Row & pg.QueryResultRow>({ name, text, values: [...values] });
    return rows;
  } catch (error) {
    throw toDatabaseError(new QueryFailedError(text, [], error as Error));
  }
}

async function inTransaction<T>(runner: QueryRunner, isolation: Isolation, work: (tx: Tx) => Promise<T>): Promise<T> {
  // One statement, where TypeORM sends the level in another. Nothing here asks the runner whether it is in a transaction.
  await runner.query(`BEGIN ISOLATION LEVEL ${isolations[isolation]}`);
  try {
    const result = await work(tx(runner));
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // The first error tells what happened; a rollback that fails on a broken connection must not hide it.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const isolations = {
  'read committed': 'READ COMMITTED',
  'repeatable read': 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
} as const;

const dateOid = 1082;
/** A calendar date has no time zone: as a JavaScript Date it would shift with the machine's. */
const columnTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === dateOid ? (value: string) => value : (pg.types.getTypeParser(oid, format) as unknown),
};
