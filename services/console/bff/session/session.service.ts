import type { Clock } from '@arrears/clock';
import type { Database, RingSeal, Tx } from '@arrears/persistence';
import { z } from 'zod';
import type { ConsoleLog } from '../events.js';
import { LoginRefused, type IdentityProvider, type Tokens } from './identity-provider.js';
import { endsAt, hashOf, newSecret, pathWithin, standingOf, type SessionLimits } from './session.js';
import { sessionStore, type StoredSession } from './session.store.js';

export interface SessionParts {
  db: Database;
  provider: IdentityProvider;
  seal: RingSeal;
  clock: Clock;
  limits: SessionLimits;
  publicUrl: URL;
  log: ConsoleLog;
}

/** A session as a request has it. */
export interface Session {
  sub: string;
  name: string;
  /** Goes to services in the person's name, and never to a browser. */
  accessToken: string;
  /** Real time at which it ends if nothing more is asked. */
  endsAt: number;
}

/** A login may take so long, passwords looked for included. */
const loginMs = 15 * 60_000;
/** A session's last use is noted now and then: not every request is a write. */
const noteEveryMs = ({ idleMs }: SessionLimits): number => Math.min(60_000, idleMs / 10);

const tokensShape = z.object({
  accessToken: z.string(),
  accessTokenEndsAt: z.number(),
  refreshToken: z.string().nullable(),
  idToken: z.string().nullable(),
});
const secretsShape = z.object({ verifier: z.string(), nonce: z.string() });

/** Sessions of people: begun and ended at the identity provider, kept here. */
export class Sessions {
  constructor(private readonly parts: SessionParts) {}

  /** @param browser what the browser's login cookie holds, if it has one: several tabs may log in at once */
  async beginLogin(returnTo: string | undefined, browser: string | null): Promise<{ url: string; browser: string }> {
    const { db, provider, seal, clock, publicUrl, log } = this.parts;
    const { url, state, secrets } = await provider.begin();
    const held = browser ?? newSecret();
    const stateHash = hashOf(state);
    await sessionStore.insertLogin(db, stateHash, {
      browserHash: hashOf(held),
      secrets: seal.seal(`login ${stateHash.toString('hex')}`, JSON.stringify(secrets)),
      returnTo: pathWithin(returnTo, publicUrl),
      begunAt: clock.realNow(),
    });
    log.info('login-begun');
    return { url, browser: held };
  }

  /**
   * The browser came back. @throws LoginRefused for whatever is not a login that this browser began
   * @returns the secret for the cookie, and where to go on
   */
  async finishLogin(callback: URL, browser: string | null): Promise<{ secret: string; returnTo: string }> {
    const { db, provider, clock, log } = this.parts;
    const state = callback.searchParams.get('state') ?? '';
    const stateHash = hashOf(state);
    const login = await sessionStore.takeLogin(db, stateHash);
    if (login === null || clock.realNow() > login.begunAt + loginMs) throw new LoginRefused('no such login');
    if (browser === null || !hashOf(browser).equals(login.browserHash)) throw new LoginRefused('of another browser');
    const opened = this.open(`login ${stateHash.toString('hex')}`, login.secrets);
    if (opened === null) throw new LoginRefused('begun under a key that is gone');
    const { tokens, person } = await provider.finish(callback, state, secretsShape.parse(opened));
    const secret = newSecret();
    const now = clock.realNow();
    await sessionStore.insert(db, hashOf(secret), {
      ...person,
      tokens: this.sealed(hashOf(secret), tokens),
      tokenEndsAt: tokens.accessTokenEndsAt,
      createdAt: now,
      seenAt: now,
    });
    log.info('session-opened', { actor_id: person.sub });
    return { secret, returnTo: login.returnTo };
  }

  /** The live session of a cookie, its token renewed when it is time; null when there is none. */
  async find(secret: string): Promise<Session | null> {
    const { db, clock, limits } = this.parts;
    const hash = hashOf(secret);
    const found = await sessionStore.find(db, hash);
    if (found === null) return null;
    const now = clock.realNow();
    const standing = standingOf(found, now, limits);
    if (standing === 'ended') return this.over(hash, 'idle-or-too-long');
    if (standing === 'due-for-renewal') return this.renew(hash);
    if (now - found.seenAt > noteEveryMs(limits)) await sessionStore.seen(db, hash, now);
    return this.sessionOf(hash, { ...found, seenAt: now });
  }

  /** Ends it here and at the provider. @returns where the browser has to go to log out there too */
  async end(secret: string): Promise<string> {
    const { db, provider, log } = this.parts;
    const hash = hashOf(secret);
    const gone = await sessionStore.remove(db, hash);
    if (gone === null) return '/';
    log.info('session-ended', { actor_id: gone.sub, outcome: 'logout' });
    const tokens = this.tokensOf(hash, gone);
    // It is over here whatever the provider says: a person who leaves his desk must not wait for it.
    if (tokens?.refreshToken) await provider.revoke(tokens.refreshToken).catch(() => undefined);
    return (await provider.logoutUrl(tokens?.idToken ?? null).catch(() => null)) ?? '/';
  }

  /** Removes what nobody can use any more. */
  async forgetOld(): Promise<void> {
    const { db, clock, limits } = this.parts;
    const now = clock.realNow();
    await sessionStore.forget(db, { seen: now - limits.idleMs, created: now - limits.longestMs, begun: now - loginMs });
  }

  /** One request renews, the others wait for it and find it done. */
  private async renew(hash: Buffer): Promise<Session | null> {
    const { db, clock, limits, provider, log } = this.parts;
    const outcome = await db.transaction(async (tx): Promise<StoredSession | 'refused' | null> => {
      const found = await sessionStore.lock(tx, hash);
      const now = clock.realNow();
      if (found === null || standingOf(found, now, limits) !== 'due-for-renewal') return found;
      const kept = this.tokensOf(hash, found);
      if (kept === null || kept.refreshToken === null) return now < found.tokenEndsAt ? found : 'refused';
      const fresh = await this.fresh(provider, kept.refreshToken);
      // A provider that is away for a moment costs nothing while the old token lives.
      if (fresh === 'away' && now < found.tokenEndsAt) return found;
      if (fresh === 'away') throw new ProviderAway();
      if (fresh === 'refused') return 'refused';
      return this.renewed(tx, hash, found, { ...fresh, idToken: fresh.idToken ?? kept.idToken });
    });
    if (outcome === 'refused') return this.over(hash, 'not-renewed');
    if (outcome === null) return null;
    log.info('session-renewed', { actor_id: outcome.sub });
    return this.sessionOf(hash, outcome);
  }

  private async fresh(provider: IdentityProvider, refreshToken: string): Promise<Tokens | 'refused' | 'away'> {
    return provider
      .renew(refreshToken)
      .catch((failure: unknown) => (failure instanceof LoginRefused ? 'refused' : 'away'));
  }

  private async renewed(tx: Tx, hash: Buffer, found: StoredSession, tokens: Tokens): Promise<StoredSession> {
    const to = {
      tokens: this.sealed(hash, tokens),
      tokenEndsAt: tokens.accessTokenEndsAt,
      seenAt: this.parts.clock.realNow(),
    };
    await sessionStore.renew(tx, hash, to);
    return { ...found, ...to };
  }

  private async over(hash: Buffer, why: string): Promise<null> {
    const gone = await sessionStore.remove(this.parts.db, hash);
    if (gone !== null) this.parts.log.info('session-ended', { actor_id: gone.sub, outcome: why });
    return null;
  }

  private sessionOf(hash: Buffer, stored: StoredSession): Session | null {
    const tokens = this.tokensOf(hash, stored);
    if (tokens === null) return null;
    const { sub, name } = stored;
    return { sub, name, accessToken: tokens.accessToken, endsAt: endsAt(stored, this.parts.limits) };
  }

  private sealed(hash: Buffer, tokens: Tokens) {
    return this.parts.seal.seal(`session ${hash.toString('hex')}`, JSON.stringify(tokens));
  }

  private tokensOf(hash: Buffer, { tokens }: StoredSession): Tokens | null {
    const opened = this.open(`session ${hash.toString('hex')}`, tokens);
    return opened === null ? null : tokensShape.parse(opened);
  }

  private open(context: string, sealed: StoredSession['tokens']): unknown {
    const plain = this.parts.seal.open(context, sealed);
    return plain === null ? null : (JSON.parse(plain) as unknown);
  }
}

/** The token has ended and nobody can give a new one now: the session stays, the request does not succeed. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}
