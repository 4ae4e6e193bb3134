import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/**
 * A search of the whole tree: there is no way to a person but the one behind the permit check. The import rules
 * (`boundaries.spec.ts`) say who may hold a provider; this says who may open a connection, and who may call `send`.
 */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => /^(libs|services|workflows|deploy\/cli)\/.*\.(ts|mjs|js)$/.test(path))
  .filter((path) => !/\.(spec|fixture|process)\.ts$|\/(testing|scripts|chaos)\//.test(path))
  .flatMap((path) => {
    try {
      return [{ path, code: withoutComments(readFileSync(path, 'utf8')) }];
    } catch {
      return []; // Deleted, but not committed yet.
    }
  });
const providers = 'services/notifications/src/providers/';

/** Modules that open connections, or start what does. */
const connecting = [
  '(?:node:)?(?:net|tls|dgram|https?|http2|inspector|cluster|child_process|worker_threads)',
  'undici|axios|got|ky|superagent|request|node-fetch|cross-fetch|needle|ws|socket\\.io-client|nodemailer|smpp|ssh2',
].join('|');
/** Any way to name one of them: static, dynamic, CommonJS, or what browsers have. */
const sockets = new RegExp(
  `(?:\\bfrom|\\bimport|[\\w)]\\s*\\()\\s*\\(?\\s*['"\`](?:${connecting})(?:/[^'"\`]*)?['"\`]|\\b(?:WebSocket|EventSource|XMLHttpRequest)\\b`,
);
/** A module whose name is not written there, so that the search above can't find it. */
const loadedByName =
  /\b(?:import|require|getBuiltinModule)\(\s*(?!['"`][^'"`$]*['"`]\s*[),])[^)\s]|\bcreateRequire\([^)]*\)\(\s*[^'"`\s]/;

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
/** Files outside the adapters in which it occurs. */
const where = (pattern: RegExp): string[] =>
  files
    .filter(({ path, code }) => !path.startsWith(providers) && pattern.test(code))
    .map(({ path }) => path)
    .sort();

describe('a search of the whole tree', () => {
  it('reads the product, and would see a path if there was one', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.some(({ path }) => path.startsWith(providers))).toBe(true);
    expect(files.filter(({ code }) => /\bfetch\(/.test(code)).map(({ path }) => path)).toContain(
      `${providers}http-line.ts`,
    );
  });

  it('finds `send` of a provider called in one file, with a permit in its hand', () => {
    // The document of the API and its errors over HTTP, files to S3; Kafka's producer lies behind its own rule.
    const others = /^(libs\/(service|blobs|messaging)\/)/;
    const callers = where(/\.send\b|\[['"`]send['"`]\]|\{[^}]*\bsend\b[^}]*\}\s*=/).filter(
      (path) => !others.test(path),
    );
    expect(callers).toEqual(['services/notifications/src/sending/hand-to.ts']);
    expect(signatureOf('handTo')).toMatch(/\bpermit: Granted\b/);
  });

  it('finds that file called in one place, after the gate’s answer "granted"', () => {
    expect(where(/\bhandTo\b/)).toEqual([
      'services/notifications/src/sending/hand-over.ts',
      'services/notifications/src/sending/hand-to.ts',
    ]);
    expect(where(/\bhandOver\b/)).toEqual([
      'services/notifications/src/sending/hand-over.ts',
      'services/notifications/src/sending/sender.ts',
    ]);
    const sender = code('services/notifications/src/sending/sender.ts');
    const calls = [...sender.matchAll(/\bhandOver\(/g)];
    expect(calls).toHaveLength(1);
    expect(sender.slice(0, calls[0]?.index)).toMatch(/case 'granted':(?![\s\S]*case ')[\s\S]*$/);
  });

  it('finds adapters opened in one place', () => {
    expect(where(/\bopenProviders\b/)).toEqual(['services/notifications/src/sending/open-sending.ts']);
  });

  it('finds every other connection that the product opens: to itself, to its identity provider', () => {
    expect(where(/\bfetch\(|\bfetch\b\s*[,)}]/)).toEqual([
      'deploy/cli/src/api.ts', // the operator, to the API
      'deploy/cli/src/doctor.ts', // the operator, to health
      'libs/auth/src/service-token.ts', // to the identity provider
      'libs/auth/src/verify-token.ts', // to the identity provider
      'services/cases/src/timeline/gate-preview.ts', // to the gate: why not
      'services/notifications/src/sending/gate.ts', // to the gate: permits
    ]);
    const valueImports = where(sockets).filter((path) =>
      code(path)
        .split('\n')
        .some((line) => sockets.test(line) && !line.startsWith('import type')),
    );
    // It only listens: numbers for the operators.
    expect(valueImports).toEqual(['libs/observability/src/metrics-server.ts']);
  });

  it('finds no module that is loaded by a name which nobody can search for', () => {
    expect(where(loadedByName)).toEqual([
      'deploy/cli/arrears.mjs', // the operator's own command, from its sources or as built
    ]);
    // All others only ask where a package lies.
    expect(where(/\bcreateRequire\((?![^)]*\)\.resolve\()/).filter((path) => !onlyResolves(code(path)))).toEqual([
      'libs/messaging/src/kafka-idle-timer.ts', // mends a timer of the Kafka client
    ]);
  });

  it.each([
    "import { connect } from 'node:net';",
    "import net from 'net';",
    "import 'node:https';",
    "export * from 'tls';",
    "const { request } = await import('node:http');",
    'const { request } = await import(`https`);',
    "await import( /* late */ 'node:net')",
    "require('http2')",
    "createRequire(import.meta.url)('dgram')",
    "process.getBuiltinModule('node:child_process')",
    "import { Client } from 'undici';",
    "import ws from 'ws';",
    "import { createTransport } from 'nodemailer';",
    "await import('smpp')",
    'new WebSocket(url)',
    'new EventSource(url)',
    'new XMLHttpRequest()',
  ])('would see %s', (line) => {
    expect(withoutComments(line)).toMatch(sockets);
  });

  it.each([
    'await import(name)',
    'await import(`node:${name}`)',
    "await import('node:' + name)",
    'require(name)',
    'process.getBuiltinModule(name)',
    'createRequire(import.meta.url)(name)',
  ])('would see that something is loaded by %s', (line) => {
    expect(line).toMatch(loadedByName);
  });

  it.each([
    "import { readFileSync } from 'node:fs';",
    "import type { Clock } from '@arrears/clock';",
    "await import('./local.js')",
  ])('lets %s alone', (line) => {
    expect(line).not.toMatch(sockets);
    expect(line).not.toMatch(loadedByName);
  });
});

const onlyResolves = (text: string): boolean => /const \{ resolve \} = createRequire\(/.test(text);
function code(path: string): string {
  return files.find((file) => file.path === path)?.code ?? '';
}
function signatureOf(name: string): string {
  const all = files.map((file) => file.code).join('\n');
  return new RegExp(`function ${name}\\(([\\s\\S]*?)\\): Promise`).exec(all)?.[1] ?? '';
}
