import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Database, Tx } from '@arrears/persistence';
import type { Response } from 'express';
import { problem } from './problem.js';
import type { ArrearsRequest } from './request-context.js';

export interface Command {
  /** The caller's `Idempotency-Key`. */
  key: string;
  /** `sub` of the actor: two people may use the same key. */
  actor: string;
  /** Such as `POST /agreements`. */
  route: string;
  /** What was asked, path parameters included. Kept as a hash. */
  input: unknown;
}
/** Kept for a repetition: ids, codes and amounts, never a person's data. */
export interface Answer {
  status: number;
  body: unknown;
}

/**
 * Runs a command once. In one transaction with its effect the key is stored; the same key with the same input gives the
 * stored answer, also to a caller that comes while the first is at work; with another input it is a conflict. A command
 * that throws stores nothing and may be tried again with its key.
 * @throws ProblemError `idempotency-key-reused`
 */
export async function idempotent(
  database: Pick<Database, 'transaction'>,
  command: Command,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const hash = inputHash(command.input);
  return database.transaction(async (tx) => {
    const taken = await tx.query(
      `INSERT INTO idempotency_keys (actor, key, route, input_hash)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (actor, key) DO NOTHING
       RETURNING key`,
      [command.actor, command.key, command.route, hash],
    );
    if (taken.length === 0) return { ...(await stored(tx, command, hash)), replayed: true };
    const answer = await work(tx);
    await tx.query(
      `UPDATE idempotency_keys
          SET status = $3, body = $4::jsonb
        WHERE actor = $1 AND key = $2`,
      [command.actor, command.key, answer.status, JSON.stringify(answer.body ?? null)],
    );
    return { ...answer, replayed: false };
  });
}

type Row = { route: string; input_hash: Buffer; status: number; body: unknown };

async function stored(tx: Tx, command: Command, hash: Buffer): Promise<Answer> {
  const [row] = await tx.query<Row>(
    `SELECT route, input_hash, status, body
       FROM idempotency_keys
      WHERE actor = $1 AND key = $2`,
    [command.actor, command.key],
  );
  if (row === undefined) throw problem('unavailable', 'The same command is at work; try again.');
  if (row.route !== command.route || !hash.equals(row.input_hash))
    throw problem('idempotency-key-reused', 'Take a new key for a new command.');
  return { status: row.status, body: row.body };
}

/** Forgets keys older than a time; callers repeat within minutes, we keep days. @returns how many */
export async function forgetIdempotencyKeys(tx: Tx, olderThan: Date): Promise<number> {
  const gone = await tx.query('DELETE FROM idempotency_keys WHERE created_at < $1 RETURNING key', [olderThan]);
  return gone.length;
}

/** sha256 of the input with its fields in one order, so that two spellings of one object are one input. */
export function inputHash(input: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)) ?? 'undefined')
    .digest();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** Parameter of a command's handler. @throws ProblemError `idempotency-key-missing` */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const given = context.switchToHttp().getRequest<ArrearsRequest>().headers['idempotency-key'];
  if (typeof given !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(given))
    throw problem('idempotency-key-missing', 'Send an Idempotency-Key of 8 to 200 printable characters.');
  return given;
});

/** Answers a command and says whether this is a repetition. */
export function sendAnswer(response: Response, answer: Answer & { replayed: boolean }): void {
  if (answer.replayed) response.setHeader('idempotency-replayed', 'true');
  response.status(answer.status).json(answer.body);
}
