import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jumpBy, jumpTo, openClock, setSpeed, speedOfDay, startClock, stopClock, type Instant } from '@arrears/clock';
import {
  address,
  createDatabases,
  createTopics,
  deleteNamespace,
  deleteTopics,
  dropDatabases,
  ensureNamespace,
  freePort,
  loadSecrets,
  migrations,
  missingPrograms,
  serviceNames,
  services,
  simulators,
  type ProcessName,
  type ServerPlan,
  type Site,
} from '@arrears/dev';
import { startProcess, type RunningProcess } from './process.js';
import { testServers, topicPrefix, uniqueLabel } from './servers.js';
import { until } from './until.js';

type MoreEnvironment = Partial<Record<ProcessName, Record<string, string>>>;

export interface ArrearsOptions {
  /** Business time at the start; absent: real now. */
  businessNow?: Instant;
  /** Real seconds of a calendar day; absent: real time (speed 1). */
  daySeconds?: number;
  /** Which services run; the others can be started later with `restart`. */
  only?: readonly ProcessName[];
  /** More environment, by service. */
  env?: MoreEnvironment | ((site: Site) => Promise<MoreEnvironment>);
  logLevel?: string;
}

export interface Arrears {
  label: string;
  /** Folder of this installation: logs, secrets, clock. */
  dir: string;
  urls: Record<keyof Site['ports'], string>;
  kafka: string;
  topicPrefix: string;
  temporal: { address: string; namespace: string };
  databases: Site['databases'];
  site: Site;
  /** A bearer token of a person by role name (`collector`), or of a program by client id (`bank-system`). */
  token: (who: string) => Promise<string>;
  /** fetch with a token, JSON in and out; throws nothing for a status. */
  call: (
    who: string,
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: unknown; headers: Headers }>;
  clock: {
    now: () => Instant;
    jumpTo: (at: Instant) => void;
    jumpBy: (ms: number) => void;
    speed: (daySeconds: number) => void;
    stop: () => void;
    go: () => void;
  };
  process: (name: ProcessName) => RunningProcess;
  /** kill -9. */
  kill: (name: ProcessName) => Promise<void>;
  /** SIGTERM; the exit code. */
  stop: (name: ProcessName) => Promise<number>;
  /** Starts a stopped or killed process again (an orderly stop first, if it runs) and waits until it is ready. */
  restart: (name: ProcessName) => Promise<void>;
  /** Whatever all processes wrote: for tests that look for what must not be there. */
  output: () => string;
  /** Stops everything and removes databases, topics, namespace and folder. */
  close: () => Promise<void>;
}

const readyWithinMs = 180_000;

/** A whole Arrears of a test's own, from built programs, on the shared servers: nothing of it meets another test's. */
export async function startArrears(options: ArrearsOptions = {}): Promise<Arrears> {
  const servers = testServers();
  const label = uniqueLabel();
  const site = await makeSite(label, servers, options);
  const missing = missingPrograms(site);
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}`);
  for (const { name, file, env } of migrations(site)) await runOnce(name, file, env);

  const running = new Map<ProcessName, RunningProcess>();
  const more = typeof options.env === 'function' ? await options.env(site) : options.env;
  const plans = new Map([...simulators(site), ...services(site)].map((plan) => [plan.name, withExtra(plan, more)]));
  const start = async (name: ProcessName): Promise<void> => {
    const plan = plans.get(name);
    if (!plan) throw new Error(`there is no process ${name}`);
    const child = startProcess(plan.file, plan.env, { log: join(site.dir, 'logs', `${name}.log`) });
    running.set(name, child);
    await untilReady(plan, child);
  };
  const process = (name: ProcessName): RunningProcess => {
    const child = running.get(name);
    if (!child) throw new Error(`${name} was not started`);
    return child;
  };
  const close = async (): Promise<void> => {
    await Promise.all(serviceNames.filter((name) => running.has(name)).map((name) => process(name).stop()));
    await Promise.all([...running.values()].map((child) => child.stop()));
    await Promise.all([
      dropDatabases(servers.postgres, `${label}_`),
      deleteTopics(servers.kafka, site.topicPrefix),
      deleteNamespace(site.temporal.address, site.temporal.namespace),
    ]);
    rmSync(site.dir, { recursive: true, force: true });
  };
  const wanted = options.only ?? [...plans.keys()];
  const outcomes = await Promise.allSettled(wanted.map(start));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  return {
    ...connectTo(site),
    label,
    process,
    kill: (name) => process(name).kill(),
    stop: (name) => process(name).stop(),
    restart: async (name) => {
      if (running.get(name)?.alive()) await process(name).stop();
      await start(name);
    },
    output: () => [...running].map(([name, child]) => `--- ${name}\n${child.output()}`).join('\n'),
    close,
  };
}

/** An installation as anybody sees it who knows its addresses and secrets: no hold on its processes. */
export type Doors = Omit<Arrears, 'label' | 'process' | 'kill' | 'stop' | 'restart' | 'output' | 'close'>;

export function connectTo(site: Site): Doors {
  const token = tokens(site);
  return {
    dir: site.dir,
    urls: Object.fromEntries(
      Object.entries(site.ports).map(([name, port]) => [name, address(port)]),
    ) as Arrears['urls'],
    kafka: site.kafka,
    topicPrefix: site.topicPrefix,
    temporal: site.temporal,
    databases: site.databases,
    site,
    token,
    call: caller(token),
    clock: clockControls(site),
  };
}

async function makeSite(
  label: string,
  servers: ReturnType<typeof testServers>,
  options: ArrearsOptions,
): Promise<Site> {
  const dir = mkdtempSync(join(tmpdir(), `arrears-${label}-`));
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'logs'));
  const secrets = loadSecrets(dir);
  const prefix = topicPrefix(label);
  const [databases] = await Promise.all([
    createDatabases(servers.postgres, `${label}_`, secrets.databases),
    createTopics(servers.kafka, prefix),
    ensureNamespace(servers.temporal.address, label),
  ]);
  const clock = join(dir, 'clock.json');
  startClock(clock, {
    ...(options.businessNow ? { businessNow: options.businessNow } : {}),
    speed: options.daySeconds === undefined ? 1 : speedOfDay(options.daySeconds),
  });
  return {
    dir,
    kafka: servers.kafka,
    temporal: { address: servers.temporal.address, namespace: label },
    databases,
    secrets,
    topicPrefix: prefix,
    ports: await freePortsFor([
      'cases',
      'contacts',
      'notifications',
      'idp',
      'carriers',
      'casesMetrics',
      'contactsMetrics',
      'notificationsMetrics',
      'casesSdkMetrics',
      'notificationsSdkMetrics',
      'carriersSmpp',
      'carriersSmtp',
      'notificationsReturns',
    ]),
    clock,
    logLevel: options.logLevel ?? 'info',
  };
}

async function freePortsFor<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freePort());
  return Object.fromEntries(names.map((name, i) => [name, [...ports][i]])) as Record<Name, number>;
}

async function runOnce(name: string, file: string, env: Record<string, string>): Promise<void> {
  const child = startProcess(file, env);
  const code = await child.exited;
  if (code !== 0) throw new Error(`the migration of ${name} ended with ${code}:\n${child.output().slice(-2_000)}`);
}

async function untilReady(plan: ServerPlan, child: RunningProcess): Promise<void> {
  const ready = async (): Promise<boolean> => (await fetch(plan.ready, { signal: AbortSignal.timeout(2_000) })).ok;
  const gone = child.exited.then((code) => {
    throw new Error(`${plan.name} ended with ${code} while starting:\n${child.output().slice(-2_000)}`);
  });
  await Promise.race([until(ready, readyWithinMs, `${plan.name} to be ready`), gone]);
}

/** Scenarios jump to a minute and look: what waits for the morning leaves at once there, unless a test asks for more. */
const usual: MoreEnvironment = { notifications: { SENDING_SPREAD_MINUTES: '0' } };

function withExtra(plan: ServerPlan, more: MoreEnvironment | undefined): ServerPlan {
  return { ...plan, env: { ...plan.env, ...usual[plan.name], ...more?.[plan.name] } };
}

function tokens({ ports, secrets }: Site): Arrears['token'] {
  const known = new Map<string, Promise<string>>();
  const ask = async (who: string): Promise<string> => {
    const secret = secrets.clients[who];
    const form = secret
      ? { grant_type: 'client_credentials', client_id: who, client_secret: secret }
      : { grant_type: 'password', username: who, password: secrets.password };
    const answer = await fetch(`${address(ports.idp)}/token`, { method: 'POST', body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`no token for ${who}: ${answer.status}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  return (who) => {
    const token = known.get(who) ?? ask(who);
    known.set(who, token);
    return token;
  };
}

function caller(token: Arrears['token']): Arrears['call'] {
  return async (who, method, url, body, headers = {}) => {
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token(who)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text, headers: answer.headers };
  };
}

function clockControls({ clock = '' }: Site): Arrears['clock'] {
  return {
    // Opened anew: an open clock looks at its file now and then only, and a test has just changed it.
    now: () => openClock({ ARREARS_CLOCK: clock }).nowIso(),
    jumpTo: (at) => jumpTo(clock, at),
    jumpBy: (ms) => jumpBy(clock, ms),
    speed: (daySeconds) => setSpeed(clock, speedOfDay(daySeconds)),
    stop: () => stopClock(clock),
    go: () => startClock(clock),
  };
}
