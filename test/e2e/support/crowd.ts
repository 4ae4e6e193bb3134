import { randomInt, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@arrears/persistence';
import { until, type Doors } from '../../support/index.js';
import { bankMessage, openBank, overdueLoan, payment, type Bank } from './bank.js';
import { houseOf, putInUse, type PolicyFile } from './policies.js';
import type { PhoneMessage } from './views.js';

/** One debtor of a crowd, known by his loan and his phone. */
export interface Member {
  agreementId: string;
  loanId: string;
  phone: string;
}
/** Where a message stands with its sender. `notBefore` is business time. */
export interface Waiting {
  state: string;
  purpose: string;
  agreementId: string;
  notBefore: string;
}

/** When messages of a client aim to leave: the plan lets them wait for the morning, or they ask the gate at night too. */
export type Hours = 'from eight' | 'at any hour';
export interface Client {
  debtors: number;
  hours: Hours;
}

/** Many debtors at once, of some clients, on an installation whose business clock the scenario holds. */
export interface Crowd {
  members: readonly Member[];
  /** Hands all loans over, in order, some hundreds a request. */
  handOver: (of: { dueDate: string; asOf: string }) => Promise<void>;
  /** They pay all that is due, finally. */
  pay: (members: readonly Member[], of: { valueDate: string; receivedAt: string }) => Promise<void>;
  /** What the sender has, by state. */
  states: () => Promise<Record<string, number>>;
  /** What the sender has of each, by message id. */
  messages: () => Promise<Map<string, Waiting>>;
  /** Until so many messages wait for the morning, those that asked at night denied until then. */
  waitingFor: (morning: string, count: number, timeoutMs: number) => Promise<void>;
  /** What the carriers took of this crowd since a business instant, in the order in which they took it. */
  taken: (since: string) => Promise<PhoneMessage[]>;
  close: () => Promise<void>;
}

const agreementOf = (agreementId: string) => ({
  ...{ agreementId, client: 'Sample Bank (synthetic)', creditorName: '示例银行', currency: 'CNY', ledger: 'bank' },
  ...{ products: ['consumer-loan'], timeZone: 'Asia/Shanghai', calendar: 'cn', from: '2020-01-01' },
});

/** Opens an agreement for each client, and their policies: the shipped one, but for its hours. */
export async function openCrowd(doors: Doors, tag: string, sizes: readonly Client[]): Promise<Crowd> {
  const clients = sizes.map((client, n) => ({ ...client, agreementId: `AGR-${tag}-${n + 1}` }));
  for (const { agreementId } of clients) {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await doors.call(
      'admin',
      'POST',
      `${doors.urls.cases}/agreements`,
      agreementOf(agreementId),
      headers,
    );
    if (answer.status >= 300) throw new Error(`POST /agreements: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  for (const hours of ['from eight', 'at any hour'] as const) {
    const agreements = clients.filter((client) => client.hours === hours).map(({ agreementId }) => agreementId);
    const id = `${hours.replaceAll(' ', '-')}-${tag}`;
    if (agreements.length > 0)
      await putInUse(
        doors,
        houseOf(id, agreements, (shipped) => hoursOf(shipped, hours)),
      );
  }
  const database = await openDatabase({ url: doors.databases.services.notifications, name: 'crowd', poolSize: 2 });
  return crowdOf({ doors, tag, clients, database, bank: openBank({ ...doors, now: doors.clock.now }) });
}

const windowsOf: Record<Hours, object> = {
  'from eight': { windows: [{ from: '08:00', to: '21:00', days: 'any', rank: 1 }] },
  'at any hour': {},
};

const hoursOf = ({ entry, steps }: PolicyFile, hours: Hours): object => ({
  entry: { ...entry, gather: { n: 1, unit: 'minutes' } },
  steps: steps.map(({ windows, ...step }) => ({ ...step, ...(windows === undefined ? {} : windowsOf[hours]) })),
});

const atOnce = 200;

function crowdOf(of: {
  doors: Doors;
  tag: string;
  clients: readonly { agreementId: string; debtors: number }[];
  database: Database;
  bank: Bank;
}): Crowd {
  const { doors, tag, clients, database, bank } = of;
  // Eight digits that begin with 5: debtors of single scenarios begin with 0.
  const first = 50_000_000 + randomInt(9_000_000);
  const members = clients
    .flatMap(({ agreementId, debtors }) => Array.from({ length: debtors }, () => agreementId))
    .map((agreementId, n): Member => {
      return { agreementId, loanId: `L-${tag}-${String(n).padStart(5, '0')}`, phone: `+86170${first + n}` };
    });
  const phones = new Set(members.map(({ phone }) => phone));
  const agreements = clients.map(({ agreementId }) => agreementId);
  const send = async (messages: Parameters<Bank['send']>): Promise<void> => {
    for (let at = 0; at < messages.length; at += atOnce) await bank.send(...messages.slice(at, at + atOnce));
  };
  const waiting = async (morning: string): Promise<number> => {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM messages
        WHERE agreement_id = ANY ($1) AND state = 'queued' AND not_before >= $2 AND parked_until_real IS NULL`,
      [agreements, morning],
    );
    return row?.n ?? 0;
  };
  return {
    members,
    handOver: ({ dueDate, asOf }) =>
      send(
        members.map(({ agreementId, loanId, phone }) => {
          const digits = phone.slice(-8);
          const idNumber = `99${digits.slice(0, 4)}19900101${digits.slice(4)}`;
          const debtor = { customerNo: `C-${tag}-${digits}`, name: `合成${digits}`, idNumber, phone };
          return bankMessage('loan-overdue', overdueLoan(debtor, { agreementId, loanId, dueDate, asOf }));
        }),
      ),
    pay: (payers, when) =>
      send(
        payers.map(({ agreementId, loanId }) =>
          bankMessage('repayment-received', payment({ agreementId, loanId, amount: '100000', sequence: 2, ...when })),
        ),
      ),
    states: async () => {
      const rows = await database.query<{ state: string; n: number }>(
        'SELECT state, count(*)::int AS n FROM messages WHERE agreement_id = ANY ($1) GROUP BY state ORDER BY state',
        [agreements],
      );
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    },
    messages: async () => {
      const rows = await database.query<Omit<Waiting, 'notBefore'> & { messageId: string; notBefore: Date }>(
        `SELECT message_id AS "messageId", state, purpose, agreement_id AS "agreementId", not_before AS "notBefore"
           FROM messages
          WHERE agreement_id = ANY ($1)`,
        [agreements],
      );
      return new Map(
        rows.map(({ messageId, notBefore, ...one }) => [messageId, { ...one, notBefore: notBefore.toISOString() }]),
      );
    },
    waitingFor: async (morning, count, timeoutMs) => {
      let seen = 0;
      const look = async () => (seen = await waiting(morning)) === count;
      await until(look, timeoutMs, `${count} messages to wait for the morning`, 500).catch((error: unknown) => {
        throw new Error(`${seen} of ${count} messages wait for the morning`, { cause: error });
      });
    },
    taken: async (since) => {
      const query = new URLSearchParams({ channel: 'sms', since }).toString();
      const answer = await fetch(`${doors.urls.carriers}/messages?${query}`);
      const { items } = (await answer.json()) as { items: PhoneMessage[] };
      return items.filter(({ to }) => phones.has(to));
    },
    close: async () => {
      await bank.close();
      await database.close();
    },
  };
}

/** How many fall into each of the windows of this length, from the first to the last; empty ones count too. */
export function countsBy(windowMs: number, instants: readonly string[]): number[] {
  const at = instants.map(Date.parse).sort((a, b) => a - b);
  const [begin = 0] = at;
  const counts = Array.from({ length: Math.floor(((at.at(-1) ?? begin) - begin) / windowMs) + 1 }, () => 0);
  for (const one of at) counts[Math.floor((one - begin) / windowMs)]! += 1;
  return counts;
}

/** The most that fall into any stretch of this length, wherever it begins. */
export function mostWithin(windowMs: number, instants: readonly string[]): number {
  const at = instants.map(Date.parse).sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < at.length; to += 1) {
    while ((at[to] ?? 0) - (at[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
