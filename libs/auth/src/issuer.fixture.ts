import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type JWTPayload } from 'jose';

/** An identity provider in a few lines, over real HTTP: discovery, keys and tokens made to order. */
export interface TestIssuer {
  url: string;
  /** How often each path was asked for. */
  asked: Map<string, number>;
  token(claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  /** While set, every answer is this status. */
  failWith(status: number | undefined): void;
  close(): Promise<void>;
}
export interface TokenOptions {
  audience?: string;
  issuer?: string;
  expiresIn?: string | number;
  notBefore?: string;
  subject?: string | null;
  /** Signs with a key that the issuer does not name, under the id of one that it does. */
  foreignKey?: boolean;
  kid?: string;
}

export async function startIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }];
  const asked = new Map<string, number>();
  let failing: number | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const bodies: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
      '/jwks': { keys },
    };
    response.writeHead(failing ?? (path in bodies ? 200 : 404), { 'content-type': 'application/json' });
    response.end(JSON.stringify(bodies[path] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const token = (claims: JWTPayload = {}, options: TokenOptions = {}) => {
    const jwt = new SignJWT({ roles: ['collector'], ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: options.kid ?? 'k1' })
      .setIssuer(options.issuer ?? url)
      .setAudience(options.audience ?? 'arrears')
      .setIssuedAt()
      .setExpirationTime(options.expiresIn ?? '5m');
    if (options.subject !== null) jwt.setSubject(options.subject ?? 'person-1');
    if (options.notBefore !== undefined) jwt.setNotBefore(options.notBefore);
    return jwt.sign(options.foreignKey === true ? foreign.privateKey : privateKey);
  };
  return {
    url,
    asked,
    token,
    failWith: (status) => {
      failing = status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
