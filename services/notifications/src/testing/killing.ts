import type { Database, Tx } from '@arrears/persistence';
import type { PermitRequest } from '@arrears/contracts';
import type { ProviderPort } from '../providers/ports.js';
import type { Gate, GateAnswer } from '../sending/gate.js';
import type { Provider, Providers } from '../sending/providers.js';
import type { SenderParts } from '../sending/parts.js';
import { granted } from './fakes.js';

export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Lets the n-th await of a process be its last: before it began, or when it was done and nobody heard of it. */
export interface Fate {
  step<T>(work: () => Promise<T>): Promise<T>;
  readonly dead: boolean;
  /** Awaits that were begun. */
  readonly steps: number;
  /** Whether the statements inside a transaction are awaits of their own. Default true. */
  readonly insideTransactions?: boolean;
}

/** Nobody dies, but before the n-th await somebody else does something. `dead` is: it was done. */
export function meanwhile(n: number, act: () => Promise<unknown>): Fate {
  let steps = 0;
  let done = false;
  return {
    get dead() {
      return done;
    },
    get steps() {
      return steps;
    },
    // What is locked there would be waited for by who has to let it go.
    insideTransactions: false,
    step: async (work) => {
      steps += 1;
      if (steps === n) {
        done = true;
        await act();
      }
      return work();
    },
  };
}

export function fate(n: number, when: 'before' | 'after'): Fate {
  let steps = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Killed();
  };
  return {
    get dead() {
      return dead;
    },
    get steps() {
      return steps;
    },
    step: async (work) => {
      // A process that is dead does nothing more, whatever was under way.
      if (dead) die();
      steps += 1;
      const mine = steps;
      if (mine === n && when === 'before') die();
      const result = await work();
      if (dead || (mine === n && when === 'after')) die();
      return result;
    },
  };
}

/** The sender's parts, every await of which goes through the process's fate. */
export function mortal(parts: SenderParts, of: Fate): SenderParts {
  const { gate, personKeys } = parts;
  return {
    ...parts,
    db: mortalDatabase(parts.db, of),
    gate: {
      ask: (request) => of.step(() => gate.ask(request)),
      commit: (permitId, commit) => of.step(() => gate.commit(permitId, commit)),
    },
    personKeys: { ...personKeys, encrypt: (...args) => of.step(() => personKeys.encrypt(...args)) },
    makeContent: (input) => of.step(() => parts.makeContent(input)),
    providers: mortalProviders(parts.providers, of),
  };
}

/** The same of a database alone, for what needs nothing else. */
export function mortalDatabase(db: Database, of: Fate): Database {
  const tx = (inner: Tx): Tx => ({
    query: (sql, params) => of.step(() => inner.query(sql, params)),
    execute: (sql, params) => of.step(() => inner.execute(sql, params)),
  });
  return {
    ...db,
    ...tx(db),
    transaction: (work, options) =>
      of.step(() => db.transaction((inner) => work(of.insideTransactions === false ? inner : tx(inner)), options)),
  };
}

function mortalProviders(providers: Providers, of: Fate): Providers {
  const mortalPort = <Port extends ProviderPort>(port: Port): Port => ({
    ...port,
    send: (message: never) => of.step(() => (port.send as (message: never) => ReturnType<Port['send']>)(message)),
    ask: (asked: Parameters<Port['ask']>[0]) => of.step(() => port.ask(asked)),
    ...(port.recall !== undefined && {
      recall: (asked: Parameters<Port['ask']>[0]) => of.step(async () => (await port.recall?.(asked)) ?? 'unknown'),
    }),
  });
  const mortalOne = (one: Provider | undefined): Provider | undefined =>
    one && { port: mortalPort(one.port), pace: { take: () => of.step(() => one.pace.take()) } };
  return {
    ...providers,
    find: (id) => {
      const port = providers.find(id);
      return port && mortalPort(port);
    },
    pick: (channel, apartFrom) => mortalOne(providers.pick(channel, apartFrom)),
  };
}

type State = 'granted' | 'handed-over' | 'unknown' | 'never-left' | 'replaced';
export interface CountingGate extends Gate {
  /** What it answers when asked; unless it grants, it takes back what it had granted unused. */
  says: 'granted' | 'denied' | 'stale' | 'stopped' | 'no-answer';
  /** Of one message: how often it counts now. */
  counted(contactId: string): number;
  /** Asked for a message that may have left: must never be. */
  wrong: string[];
  expireAll(): void;
}

const unanswered = {
  stopped: { verdict: 'stopped', stopOrderId: '0190a000-0000-7000-8000-00000000000c', detail: '' },
  'no-answer': { verdict: 'no-answer' },
} as const;
const refused: Record<'denied' | 'stale', GateAnswer> = {
  stale: { verdict: 'stale', detail: '' },
  denied: {
    verdict: 'denied',
    earliest: 'never',
    denials: [
      {
        rule: 'CN-CBA-TIME',
        pack: 'cn-cba-2026',
        packVersion: '1',
        severity: 'self-regulation',
        citation: { document: 'd', article: 'a' },
        zh: '时段',
        en: 'hours',
        until: 'never',
      },
    ],
  },
};

/** A gate that counts as the real one does: what is reserved counts until it is told that the message never left. */
export function countingGate(): CountingGate {
  const permits = new Map<
    string,
    { contactId: string; contentHash: string | undefined; state: State; expired: boolean }
  >();
  let number = 0;
  const of = (contactId: string) => [...permits].filter(([, permit]) => permit.contactId === contactId);
  const wrong: string[] = [];
  const gate: CountingGate = {
    says: 'granted',
    wrong,
    counted: (contactId) =>
      of(contactId).filter(([, { state }]) => state !== 'never-left' && state !== 'replaced').length,
    expireAll: () => permits.forEach((permit) => (permit.expired = true)),
    ask: async ({ contactId }: PermitRequest): Promise<GateAnswer> => {
      if (gate.says === 'stopped' || gate.says === 'no-answer') return unanswered[gate.says];
      for (const [permitId, permit] of of(contactId)) {
        if (permit.state === 'granted' && !permit.expired && gate.says === 'granted') return granted({ permitId });
        if (permit.state === 'granted') permit.state = 'replaced';
        if (permit.state === 'handed-over' || permit.state === 'unknown') wrong.push(`${contactId}: ${permit.state}`);
      }
      if (gate.says === 'denied' || gate.says === 'stale') return refused[gate.says];
      number += 1;
      const permitId = `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
      permits.set(permitId, { contactId, contentHash: undefined, state: 'granted', expired: false });
      return granted({ permitId });
    },
    commit: async (permitId, { outcome, contentHash }) => {
      const permit = permits.get(permitId);
      if (!permit) return false;
      if (permit.contentHash !== undefined && permit.contentHash !== contentHash)
        wrong.push(`${permitId}: two contents`);
      permit.contentHash = contentHash;
      permit.state = outcome as State;
      return true;
    },
  };
  return gate;
}
