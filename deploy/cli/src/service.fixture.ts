import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Site } from './api.js';

export interface Asked {
  method: string | undefined;
  path: string | undefined;
  body: string;
}

const servers: Server[] = [];

/** A service whose answers are made by `answer`. @returns its address */
export async function startService(answer: (asked: Asked) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const json = JSON.stringify(answer({ method: request.method, path: request.url, body }));
      response.setHeader('content-type', 'application/json').end(json);
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function stopServices(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
}

export const siteOf = (urls: Record<string, string>): Site => ({ urls, token: async () => 'token' });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
