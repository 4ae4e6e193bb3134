import { z } from 'zod';

export interface ServiceClient {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}
export interface ServiceToken {
  /** A token with at least `marginSeconds` to live. @throws Error when the provider gives none and no live one is kept */
  get(): Promise<string>;
  /** Forget the kept one, after a 401. */
  drop(): void;
}

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });

/**
 * Access tokens of our own processes by `client_credentials`. One is kept and renewed `marginSeconds` (default 30, at
 * most a fifth of its life) before it ends; callers that come meanwhile share one request.
 */
export function serviceToken(
  client: ServiceClient,
  options: { marginSeconds?: number; audience?: string; timeoutMs?: number; now?: () => number } = {},
): ServiceToken {
  const now = options.now ?? Date.now;
  let kept: { token: string; renewAt: number; endsAt: number } | undefined;
  let asking: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const answer = await ask(client, options.audience, options.timeoutMs ?? 5000);
    const lifeSeconds = answer.expires_in ?? 60;
    const margin = Math.min(options.marginSeconds ?? 30, lifeSeconds / 5);
    const endsAt = now() + lifeSeconds * 1000;
    kept = { token: answer.access_token, endsAt, renewAt: endsAt - margin * 1000 };
    return answer.access_token;
  };
  return {
    get: async () => {
      if (kept !== undefined && now() < kept.renewAt) return kept.token;
      asking ??= renew().finally(() => {
        asking = undefined;
      });
      const old = kept;
      // A provider that is away for a moment costs nothing while the old token lives.
      return asking.catch((failure: unknown) => {
        if (old !== undefined && now() < old.endsAt) return old.token;
        throw failure;
      });
    },
    drop: () => {
      kept = undefined;
    },
  };
}

async function ask(client: ServiceClient, audience: string | undefined, timeoutMs: number) {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (audience !== undefined) form.set('resource', audience);
  const basic = Buffer.from(`${encodeURIComponent(client.clientId)}:${encodeURIComponent(client.clientSecret)}`);
  const response = await fetch(client.tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic.toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    signal: AbortSignal.timeout(timeoutMs),
  });
  // The body of a refusal may repeat what we sent: only the status is told.
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  return tokenAnswer.parse(await response.json());
}
