/** The part of oidc-provider 9 that the local provider uses; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface GrantContext {
    body: unknown;
    status: number;
    oidc: {
      params: Record<string, string | undefined>;
      client: { clientId: string };
      provider: Provider;
      entity(name: string, value: unknown): void;
    };
  }
  export interface Token {
    kind: string;
    accountId?: string;
    clientId?: string;
    expiration: number;
    tokenType: string;
    resourceServer?: unknown;
    save(): Promise<string>;
  }
  export class Provider {
    constructor(issuer: string, configuration: object);
    AccessToken: new (fields: object) => Token;
    ResourceServer: new (identifier: string, info: object) => unknown;
    registerGrantType(name: string, handler: (ctx: GrantContext) => Promise<void>, parameters: string[]): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: 'server_error', listener: (ctx: unknown, error: Error) => void): void;
  }
  export const errors: { InvalidGrant: new (detail: string) => Error };
}
