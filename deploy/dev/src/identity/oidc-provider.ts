import type { IncomingMessage, ServerResponse } from 'node:http';

/** The part of oidc-provider 9 that the local provider uses; the package ships no types of its own. */
export interface OidcModule {
  Provider: new (issuer: string, configuration: object) => OidcProvider;
  errors: { InvalidGrant: new (detail: string) => Error };
}
export interface OidcProvider {
  AccessToken: new (fields: object) => Token;
  Grant: { new (fields: object): Grant; find(id: string): Promise<Grant | undefined> };
  ResourceServer: new (identifier: string, info: object) => unknown;
  registerGrantType(name: string, handler: (ctx: GrantContext) => Promise<void>, parameters: string[]): void;
  /** @throws when the browser has no such login under way */
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string }>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  on(event: 'server_error', listener: (ctx: unknown, error: Error) => void): void;
}
export interface Grant {
  addOIDCScope(scope: string): void;
  save(): Promise<string>;
}
/** Of a request by a browser. */
export interface FlowContext {
  oidc: {
    client: { clientId: string };
    provider: OidcProvider;
    session: { accountId?: string; grantIdFor(clientId: string): string | undefined };
  };
}
export interface GrantContext {
  body: unknown;
  oidc: {
    params: Record<string, string | undefined>;
    client: { clientId: string };
    provider: OidcProvider;
    entity(name: string, value: unknown): void;
  };
}
export interface Token {
  accountId?: string;
  clientId?: string;
  expiration: number;
  tokenType: string;
  resourceServer?: unknown;
  save(): Promise<string>;
}

/** Loads the package under the types above: the compiler is not told its name, since it would find no types. */
export async function oidcProvider(): Promise<OidcModule> {
  const name: string = 'oidc-provider';
  return (await import(name)) as OidcModule;
}
