import type { ServiceName } from './allowed-routes.js';

export interface ServiceRequest {
  service: ServiceName;
  method: string;
  /** With its query. */
  path: string;
  /** Of the person who asks. */
  accessToken: string;
  correlationId: string;
  /** Such as `idempotency-key`, `if-match`. */
  headers?: Readonly<Record<string, string>>;
  /** JSON, as it came. */
  body?: Uint8Array;
}
export interface ServiceAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/** The services, as the console asks them: in the person's name. */
export interface Gateway {
  /** Whatever it answered. @throws ServiceAway when it did not */
  ask(request: ServiceRequest): Promise<ServiceAnswer>;
  /** What a service says of itself and of what it depends on; null when it does not answer. */
  health(service: ServiceName): Promise<ServiceHealth | null>;
}
export interface ServiceHealth {
  status: 'ok' | 'failing';
  failing: string[];
  checks: { name: string; status: 'ok' | 'failing' }[];
}

export class ServiceAway extends Error {
  override readonly name = 'ServiceAway';
  constructor(readonly service: ServiceName) {
    super(service);
  }
}

/** A person waits: longer than this is no answer. */
const answerWithinMs = 15_000;
const healthWithinMs = 4_000;

export function httpGateway(urls: Readonly<Record<ServiceName, string>>): Gateway {
  return {
    ask: async ({ service, method, path, accessToken, correlationId, headers = {}, body }) => {
      const sent = { ...headers, authorization: `Bearer ${accessToken}`, 'x-correlation-id': correlationId };
      const init = { method, redirect: 'error' as const, signal: AbortSignal.timeout(answerWithinMs) };
      try {
        const response = await fetch(new URL(path, urls[service]), {
          ...init,
          headers: body === undefined ? sent : { ...sent, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body }),
        });
        return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
      } catch {
        throw new ServiceAway(service);
      }
    },
    health: async (service) => {
      try {
        const url = new URL('/health/dependencies', urls[service]);
        const response = await fetch(url, { signal: AbortSignal.timeout(healthWithinMs) });
        return response.ok ? ((await response.json()) as ServiceHealth) : null;
      } catch {
        return null;
      }
    },
  };
}
