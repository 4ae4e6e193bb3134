import type { Sealed, Tx } from '@arrears/persistence';
import type { SessionTimes } from './session.js';

export interface StoredSession extends SessionTimes {
  sub: string;
  name: string;
  tokens: Sealed;
}
export interface StoredLogin {
  browserHash: Buffer;
  secrets: Sealed;
  returnTo: string;
  begunAt: number;
}

interface SessionRow {
  sub: string;
  name: string;
  key_id: string;
  tokens: Buffer;
  token_ends_at: Date;
  created_at: Date;
  seen_at: Date;
}
const columns = 'sub, name, key_id, tokens, token_ends_at, created_at, seen_at';

const sessionOf = (row: SessionRow): StoredSession => ({
  sub: row.sub,
  name: row.name,
  tokens: { keyId: row.key_id, bytes: row.tokens },
  tokenEndsAt: row.token_ends_at.getTime(),
  createdAt: row.created_at.getTime(),
  seenAt: row.seen_at.getTime(),
});

/** SQL of sessions and logins. Secrets come in as hashes, tokens sealed. */
export const sessionStore = {
  async insert(tx: Tx, secretHash: Buffer, one: StoredSession): Promise<void> {
    await tx.execute(
      `INSERT INTO sessions (secret_hash, sub, name, key_id, tokens, token_ends_at, created_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        secretHash,
        one.sub,
        one.name,
        one.tokens.keyId,
        one.tokens.bytes,
        new Date(one.tokenEndsAt),
        new Date(one.createdAt),
        new Date(one.seenAt),
      ],
    );
  },

  async find(tx: Tx, secretHash: Buffer): Promise<StoredSession | null> {
    const [row] = await tx.query<SessionRow>(`SELECT ${columns} FROM sessions WHERE secret_hash = $1`, [secretHash]);
    return row === undefined ? null : sessionOf(row);
  },

  /** Waits for whoever is renewing it. */
  async lock(tx: Tx, secretHash: Buffer): Promise<StoredSession | null> {
    const [row] = await tx.query<SessionRow>(`SELECT ${columns} FROM sessions WHERE secret_hash = $1 FOR UPDATE`, [
      secretHash,
    ]);
    return row === undefined ? null : sessionOf(row);
  },

  async seen(tx: Tx, secretHash: Buffer, at: number): Promise<void> {
    await tx.execute('UPDATE sessions SET seen_at = $2 WHERE secret_hash = $1 AND seen_at < $2', [
      secretHash,
      new Date(at),
    ]);
  },

  async renew(tx: Tx, secretHash: Buffer, to: { tokens: Sealed; tokenEndsAt: number; seenAt: number }): Promise<void> {
    await tx.execute(
      `UPDATE sessions
          SET key_id = $2, tokens = $3, token_ends_at = $4, seen_at = $5
        WHERE secret_hash = $1`,
      [secretHash, to.tokens.keyId, to.tokens.bytes, new Date(to.tokenEndsAt), new Date(to.seenAt)],
    );
  },

  async remove(tx: Tx, secretHash: Buffer): Promise<StoredSession | null> {
    const [row] = await tx.query<SessionRow>(`DELETE FROM sessions WHERE secret_hash = $1 RETURNING ${columns}`, [
      secretHash,
    ]);
    return row === undefined ? null : sessionOf(row);
  },

  async insertLogin(tx: Tx, stateHash: Buffer, one: StoredLogin): Promise<void> {
    await tx.execute(
      `INSERT INTO logins (state_hash, browser_hash, key_id, secrets, return_to, begun_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [stateHash, one.browserHash, one.secrets.keyId, one.secrets.bytes, one.returnTo, new Date(one.begunAt)],
    );
  },

  /** A login ends once: whoever comes second with the same state finds nothing. */
  async takeLogin(tx: Tx, stateHash: Buffer): Promise<StoredLogin | null> {
    const [row] = await tx.query<{
      browser_hash: Buffer;
      key_id: string;
      secrets: Buffer;
      return_to: string;
      begun_at: Date;
    }>(
      `DELETE FROM logins
        WHERE state_hash = $1
        RETURNING browser_hash, key_id, secrets, return_to, begun_at`,
      [stateHash],
    );
    if (row === undefined) return null;
    return {
      browserHash: row.browser_hash,
      secrets: { keyId: row.key_id, bytes: row.secrets },
      returnTo: row.return_to,
      begunAt: row.begun_at.getTime(),
    };
  },

  /** Rows that nobody can use any more. */
  async forget(tx: Tx, before: { seen: number; created: number; begun: number }): Promise<void> {
    await tx.execute('DELETE FROM sessions WHERE seen_at < $1 OR created_at < $2', [
      new Date(before.seen),
      new Date(before.created),
    ]);
    await tx.execute('DELETE FROM logins WHERE begun_at < $1', [new Date(before.begun)]);
  },
};
