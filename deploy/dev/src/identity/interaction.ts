import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { goneAway, loginPage } from './login-page.js';
import type { OidcProvider } from './oidc-provider.js';
import type { Seeds, User } from './seeds.js';

const path = /^\/interaction\/([A-Za-z0-9_-]{1,100})$/;
const mostBytes = 10_000;

/** The form on which a person logs in, for the code flow. @returns false when the request is not about it */
export async function interaction(
  request: IncomingMessage,
  response: ServerResponse,
  { provider, seeds }: { provider: OidcProvider; seeds: Seeds },
): Promise<boolean> {
  const uid = path.exec(request.url ?? '')?.[1];
  if (uid === undefined) return false;
  const usernames = seeds.users.map(({ username }) => username);
  const known = await provider.interactionDetails(request, response).then(
    ({ uid: found }) => found === uid,
    () => false,
  );
  if (!known) {
    send(response, 400, goneAway());
  } else if (request.method === 'POST') {
    const form = await readForm(request);
    const user = userOf(seeds, form.get('username') ?? '', form.get('password') ?? '');
    if (user === undefined) send(response, 401, loginPage({ uid, usernames, refused: form.get('username') ?? '' }));
    else await provider.interactionFinished(request, response, { login: { accountId: user.username } });
  } else {
    send(response, 200, loginPage({ uid, usernames }));
  }
  return true;
}

/** The person of that name and password, compared without telling by time what was wrong. */
export function userOf(seeds: Seeds, username: string, password: string): User | undefined {
  const user = seeds.users.find((one) => one.username === username);
  return same(user?.password ?? '', password) ? user : undefined;
}

function same(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) break;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, html: string): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(html);
}
