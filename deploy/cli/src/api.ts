import { existsSync, readFileSync } from 'node:fs';
import type { Problem } from '@arrears/contracts';

/** Where the services are and who asks: from runtime.json of the local stack, or from the environment elsewhere. */
export interface Site {
  token: () => Promise<string>;
  /** Addresses by the name of the service. */
  urls: Record<string, string>;
}

/** A refusal that is the user's to mend; printed without a stack. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

interface Runtime {
  urls: Record<string, string>;
  tokenUrl: string;
  users: { username: string; password: string }[];
  clients: { clientId: string; clientSecret: string; roles: string[] }[];
}

/**
 * @param runtimePath runtime.json of a running stack
 * @param env ARREARS_CASES_URL (for other services ARREARS_CONTACTS_URL and so on) and ARREARS_TOKEN, or ARREARS_TOKEN_URL with ARREARS_CLIENT_ID and ARREARS_CLIENT_SECRET
 * @param person a login of the local stack to act as, instead of the program's own identity
 */
export function openSite(runtimePath: string, env: NodeJS.ProcessEnv, person?: string): Site {
  const {
    ARREARS_CASES_URL: cases,
    ARREARS_TOKEN: given,
    ARREARS_TOKEN_URL: tokenUrl,
    ARREARS_CLIENT_ID: clientId,
    ARREARS_CLIENT_SECRET: clientSecret,
  } = env;
  if (cases) {
    const urls = urlsIn(env);
    if (person)
      throw new Refused('--as is for the local stack: elsewhere set ARREARS_TOKEN to the token of that person.');
    if (given) return { urls, token: async () => given };
    if (tokenUrl && clientId && clientSecret)
      return { urls, token: once(() => clientToken(tokenUrl, clientId, clientSecret)) };
    throw new Refused(
      'ARREARS_CASES_URL is set: set ARREARS_TOKEN too, or ARREARS_TOKEN_URL, ARREARS_CLIENT_ID and ARREARS_CLIENT_SECRET.',
    );
  }
  if (!existsSync(runtimePath))
    throw new Refused(
      `${runtimePath} is not there: start the stack with "npm start", or name its file with --runtime.`,
    );
  const runtime = JSON.parse(readFileSync(runtimePath, 'utf8')) as Runtime;
  const client = runtime.clients.find(({ roles }) => roles.includes('admin'));
  if (!client || !runtime.urls['cases'])
    throw new Refused(`${runtimePath} names no service "cases" or no client with role admin.`);
  const user = runtime.users.find(({ username }) => username === person);
  if (person && !user)
    throw new Refused(
      `Nobody is called ${person} here: one of ${runtime.users.map((one) => one.username).join(', ')}.`,
    );
  const token = user
    ? () =>
        requestToken(runtime.tokenUrl, {}, { grant_type: 'password', username: user.username, password: user.password })
    : () => clientToken(runtime.tokenUrl, client.clientId, client.clientSecret);
  return { urls: runtime.urls, token: once(token) };
}

function urlsIn(env: NodeJS.ProcessEnv): Record<string, string> {
  const named = ['cases', 'contacts', 'notifications', 'legal'].map((name): [string, string] => [
    name,
    env[`ARREARS_${name.toUpperCase()}_URL`] ?? '',
  ]);
  return Object.fromEntries(named.filter(([, url]) => url !== ''));
}

/** Calls a route, of `cases` unless told, and returns its JSON. Throws `Refused` with the service's own sentence. */
export async function call<Answer>(
  site: Site,
  method: 'GET' | 'POST',
  path: string,
  options: { body?: unknown; raw?: Buffer; type?: string; key?: string; service?: string } = {},
): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${await site.token()}` };
  if (options.key) headers['idempotency-key'] = options.key;
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (body !== undefined) headers['content-type'] = options.type ?? 'application/json';
  const base = site.urls[options.service ?? 'cases'];
  let response: Response;
  try {
    response = await fetch(new URL(path, base), { method, headers, ...(body !== undefined && { body }) });
  } catch {
    throw new Refused(`Nobody answers at ${base}. Is it running? "npm run arrears -- doctor" tells.`);
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text || '{}') as Answer;
  throw new Refused(sentence(response.status, text), response.status);
}

function sentence(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as Problem;
    const details = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
    return `${problem.title} (${problem.code}): ${problem.detail}${details}\n  correlation id ${problem.correlationId}`;
  } catch {
    return `HTTP ${status}`;
  }
}

const clientToken = (tokenUrl: string, clientId: string, clientSecret: string): Promise<string> =>
  requestToken(
    tokenUrl,
    { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    { grant_type: 'client_credentials' },
  );

async function requestToken(
  tokenUrl: string,
  headers: Record<string, string>,
  form: Record<string, string>,
): Promise<string> {
  const body = new URLSearchParams(form);
  const response = await fetch(tokenUrl, { method: 'POST', headers, body }).catch(() => undefined);
  if (!response?.ok)
    throw new Refused(
      `The identity provider at ${tokenUrl} gives no token (${response ? `HTTP ${response.status}` : 'no answer'}).`,
    );
  return ((await response.json()) as { access_token: string }).access_token;
}

function once(get: () => Promise<string>): () => Promise<string> {
  let value: Promise<string> | undefined;
  return () => (value ??= get());
}
