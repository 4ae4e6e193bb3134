import { createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption, stopAsked } from './interrupt.mjs';
import { trouble } from './trouble.mjs';

/** Where everything listens, from one base: people's addresses +0 to +7, metrics from +20, servers from +40. */
export function layout(base) {
  return {
    cases: base + 1,
    contacts: base + 2,
    notifications: base + 3,
    idp: base + 5,
    carriers: base + 6,
    temporalUi: base + 7,
    casesMetrics: base + 21,
    contactsMetrics: base + 22,
    notificationsMetrics: base + 23,
    casesSdkMetrics: base + 31,
    notificationsSdkMetrics: base + 33,
    postgres: base + 40,
    kafka: base + 41,
    kafkaController: base + 42,
    temporal: base + 43,
    carriersSmpp: base + 44,
    carriersSmtp: base + 45,
    notificationsReturns: base + 46,
  };
}

/** Refuses to go on when a port is taken, naming the port and what it is wanted for. */
export async function requireFree(port, what, remedy = 'stop that program, or choose another base with --port') {
  if (await isFree(port)) return;
  throw trouble(`Port ${port}, wanted for ${what}, is in use by another program: ${remedy}.`);
}

export function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}

/** `count` ports that nobody listens on now: all held at once, so that none is given twice. */
export async function freePorts(count) {
  const held = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done, failed) => {
          const server = createServer().once('error', failed);
          server.listen({ port: 0, host: '127.0.0.1' }, () => done(server));
        }),
    ),
  );
  const ports = held.map((server) => server.address().port);
  await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Waits until something accepts connections. `alive` tells early that its process is gone. */
export async function waitForPort(port, what, { timeoutMs = 60_000, alive = () => true, log } = {}) {
  const end = Date.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (!alive()) throw trouble(`${what} ended while starting${log ? `: its log is ${log}` : ''}.`);
    if (stopAsked()) throw interruption();
    if (Date.now() > end)
      throw trouble(
        `${what} does not answer on port ${port} after ${timeoutMs / 1000} s${log ? `: its log is ${log}` : ''}.`,
      );
    await sleep(50);
  }
}

function accepts(port) {
  return new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
