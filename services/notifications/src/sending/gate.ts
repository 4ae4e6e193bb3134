import { permitAnswer, type PermitAnswer, type permitCommit, type PermitRequest } from '@arrears/contracts';
import { z } from 'zod';

export type PermitCommit = z.infer<typeof permitCommit>;

/**
 * The contact gate as the sender sees it. `no-answer` = nobody knows; the caller waits and asks again. `used` = the message
 * was made under a permit, or has one that lives for another content.
 */
export type GateAnswer = PermitAnswer | { verdict: 'no-answer' } | { verdict: 'used' };
export interface Gate {
  ask(request: PermitRequest): Promise<GateAnswer>;
  /** True once the gate has taken it; it may be told the same twice. */
  commit(permitId: string, commit: PermitCommit): Promise<boolean>;
}

/** Real time a permit request may take before the sender puts the message back. */
const timeoutMs = 5_000;

const readyWithinMs = 1_500;

/** Whether a permit could be had now: the gate's process may be asked. */
export async function gateIsReady(contactsUrl: string): Promise<boolean> {
  const signal = AbortSignal.timeout(readyWithinMs);
  return (await fetch(new URL('/health/ready', contactsUrl), { signal })).ok;
}

const usedAlready = z.object({ code: z.literal('permit-used') });

/** The gate of `contacts` over HTTP: the one call that services make to each other. */
export function httpGate(contactsUrl: string, token: () => Promise<string>): Gate {
  const post = async (path: string, body: unknown) =>
    fetch(new URL(path, contactsUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  return {
    ask: async (request) => {
      try {
        const response = await post('/permits', request);
        const body: unknown = await response.json();
        if (!response.ok) return { verdict: usedAlready.safeParse(body).success ? 'used' : 'no-answer' };
        const answer = permitAnswer.safeParse(body);
        return answer.success ? answer.data : { verdict: 'no-answer' };
      } catch {
        return { verdict: 'no-answer' };
      }
    },
    commit: async (permitId, commit) => {
      try {
        return (await post(`/permits/${permitId}/commit`, commit)).ok;
      } catch {
        return false;
      }
    },
  };
}
