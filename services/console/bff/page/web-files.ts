import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface WebFile {
  type: string;
  body: Buffer;
  /** Absent where it would not be smaller. */
  gzip?: Buffer;
  etag: string;
}
export interface WebFiles {
  /** The page, with a place for the nonce. */
  index: string;
  /** By path, such as `/assets/main-a1b2.js`: what is not in here can not be asked for. */
  files: ReadonlyMap<string, WebFile>;
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Reads the built web app once, at the start: it is small, and a running process never shows half of another build. */
export function readWebFiles(folder: string): WebFiles {
  const files = new Map<string, WebFile>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const body = readFileSync(join(folder, path));
    const gzip = gzipSync(body, { level: 9 });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const name = `/${relative('.', path).split(sep).join('/')}`;
    files.set(name, { type, body, etag, ...(gzip.length < body.length ? { gzip } : {}) });
  }
  return { index: readFileSync(join(folder, 'index.html'), 'utf8'), files };
}
