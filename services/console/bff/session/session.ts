import { createHash, randomBytes } from 'node:crypto';

/** `__Host-`: the browser takes it over a secure way only, for this host only, and for no other host of the domain. */
export const sessionCookie = '__Host-arrears';
/** Binds a login under way to the browser that began it. */
export const loginCookie = '__Host-arrears-login';

export interface SessionTimes {
  createdAt: number;
  seenAt: number;
  tokenEndsAt: number;
}
export interface SessionLimits {
  /** Nothing was asked for so long: ended. */
  idleMs: number;
  /** However busy. */
  longestMs: number;
}
export type Standing = 'live' | 'due-for-renewal' | 'ended';

/** A token is renewed while it still works, so that no request waits for a refusal first. */
const renewBeforeMs = 60_000;

/** What is to be done with a session at a moment of real time. */
export function standingOf(times: SessionTimes, now: number, limits: SessionLimits): Standing {
  if (now >= endsAt(times, limits)) return 'ended';
  return now >= times.tokenEndsAt - renewBeforeMs ? 'due-for-renewal' : 'live';
}

/** When it ends if nothing more is asked. */
export function endsAt(
  { createdAt, seenAt }: Pick<SessionTimes, 'createdAt' | 'seenAt'>,
  limits: SessionLimits,
): number {
  return Math.min(seenAt + limits.idleMs, createdAt + limits.longestMs);
}

export const newSecret = (): string => randomBytes(32).toString('base64url');
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The value of one cookie, if it looks like a secret of ours. */
export function secretIn(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

/** Without an age it goes with the browser; the server forgets it earlier. */
export const setCookie = (name: string, secret: string, maxAgeSeconds?: number): string =>
  `${name}=${secret}; Path=/; Secure; HttpOnly; SameSite=Lax${maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`}`;
export const dropCookie = (name: string): string => setCookie(name, '', 0);

/** A path of the console to come back to; whatever else was asked for becomes the home page. */
export function pathWithin(asked: string | undefined, publicUrl: URL): string {
  if (asked === undefined || asked.length > 2000 || !asked.startsWith('/')) return '/';
  const url = URL.parse(asked, publicUrl.href);
  // `//elsewhere.example` and `/\elsewhere.example` are addresses of other hosts to a browser.
  if (url === null || url.origin !== publicUrl.origin || /^\/(api|session)(\/|$)/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}`;
}
