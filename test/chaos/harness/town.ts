import { openDatabase, type Database } from '@arrears/persistence';
import { agreement, daySeconds, morning, openBank, type Bank } from './bank.js';
import { startArrears, type Arrears, type ArrearsOptions } from './support.js';

/** What the gateway took for a phone; the numbers are synthetic. */
export interface PhoneMessage {
  clientReference: string;
  to: string;
  text: string;
  status: string;
  submissions: number;
  deliveries: number;
}
export const serviceNames = ['cases', 'contacts', 'notifications'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** An Arrears of built processes with a bank beside it, and the places where one looks afterwards. */
export interface Town {
  arrears: Arrears;
  bank: Bank;
  databases: Record<ServiceName, Database>;
  /** Everything that the gateway took so far. */
  phones(): Promise<PhoneMessage[]>;
  /** How the gateway treats messages from now on. */
  gateway(rule: { match?: string; answer?: string; receipt?: string; times?: number }): Promise<void>;
  close(): Promise<void>;
}

export async function openTown(options: ArrearsOptions & { agree?: boolean } = {}): Promise<Town> {
  const arrears = await startArrears({ businessNow: morning, daySeconds, ...options });
  const bank = openBank(arrears.kafka, arrears.topicPrefix);
  const open = (name: ServiceName) =>
    openDatabase({ url: arrears.databases.services[name], name: 'chaos', poolSize: 2 });
  const [cases, contacts, notifications] = await Promise.all([open('cases'), open('contacts'), open('notifications')]);
  const databases = { cases, contacts, notifications };
  const town: Town = {
    arrears,
    bank,
    databases,
    phones: async () => {
      const answer = await fetch(`${arrears.urls.carriers}/messages`);
      return ((await answer.json()) as { items: PhoneMessage[] }).items;
    },
    gateway: async (rule) => {
      const body = JSON.stringify({ channel: 'sms', ...rule });
      const answer = await fetch(`${arrears.urls.carriers}/behaviour`, { method: 'PUT', body });
      if (!answer.ok) throw new Error(`PUT /behaviour: ${answer.status}`);
    },
    close: async () => {
      await bank.close();
      await Promise.all(Object.values(databases).map((database) => database.close()));
      await arrears.close();
    },
  };
  if (options.agree !== false) await agree(town, agreement);
  return town;
}

export async function agree({ arrears }: Town, terms: { agreementId: string }): Promise<void> {
  const url = `${arrears.urls.cases}/agreements`;
  const answer = await arrears.call('operator-cli', 'POST', url, terms, { 'idempotency-key': terms.agreementId });
  if (answer.status >= 300) throw new Error(`POST /agreements: ${answer.status} ${JSON.stringify(answer.body)}`);
}
