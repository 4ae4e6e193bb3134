import { customerOf, phoneOf } from './bank.js';
import { until } from './support.js';
import type { PhoneMessage, Town } from './town.js';

/** What became of a fault scenario: `asked` lives were to be lived whole, exactly once. */
export interface Outcome {
  asked: number;
  done: number;
  lost: number;
  doubled: number;
  /** From the last fault until everything was as if there had been none. */
  recoveredInMs: number;
}

export type Kind = 'reminder' | 'thank-you';
const isThanks = ({ text }: PhoneMessage): boolean => text.includes('已入账');
const kindOf = (message: PhoneMessage): Kind => (isThanks(message) ? 'thank-you' : 'reminder');

/** Messages of one kind that phones have shown, by number. */
export function shown(messages: readonly PhoneMessage[], kind: Kind): Map<string, number> {
  const byNumber = new Map<string, number>();
  for (const message of messages)
    if (kindOf(message) === kind && message.deliveries > 0)
      byNumber.set(message.to, (byNumber.get(message.to) ?? 0) + message.deliveries);
  return byNumber;
}

/** Waits until each of the first `debtors` debtors has been shown a message of that kind. */
export async function allShown(town: Town, debtors: number, kind: Kind, timeoutMs: number): Promise<void> {
  let missing: number[] = [];
  const look = async (): Promise<boolean> => {
    const byNumber = shown(await town.phones(), kind);
    missing = numbers(debtors).filter((n) => !byNumber.has(phoneOf(n)));
    return missing.length === 0;
  };
  try {
    await until(look, timeoutMs, `the ${kind} of ${debtors} debtors`, 250);
  } catch (error) {
    const which = missing.slice(0, 10).map(customerOf).join(', ');
    throw new Error(`${missing.length} of ${debtors} debtors got no ${kind}: ${which}`, { cause: error });
  }
}

/** More than one of a kind at a phone, or the same message handed in twice: each one too many counts. */
export function doubled(messages: readonly PhoneMessage[]): number {
  const byKind = (['reminder', 'thank-you'] as const).map((kind) => {
    const taken = new Map<string, number>();
    for (const message of messages)
      if (kindOf(message) === kind) taken.set(message.to, (taken.get(message.to) ?? 0) + 1);
    return sum([...taken.values()].map((count) => count - 1));
  });
  return sum(byKind) + sum(messages.map(({ deliveries }) => Math.max(0, deliveries - 1)));
}

/** Waits until every case is closed; gives how many there are and how many closed as cured. */
export async function allClosed(town: Town, debtors: number, timeoutMs: number): Promise<void> {
  const look = async () => (await cases(town)).closed >= debtors;
  await until(look, timeoutMs, `${debtors} cases to close`, 250);
}

export async function cases({ databases }: Town): Promise<{ all: number; closed: number; debtors: number }> {
  const [row] = await databases.cases.query<{ all: number; closed: number; debtors: number }>(
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE status = 'closed')::int AS closed,
            count(DISTINCT customer_no)::int AS debtors
       FROM cases`,
  );
  return row ?? { all: 0, closed: 0, debtors: 0 };
}

/** What the gate counted as sent; must equal what the gateway took. */
export async function countedAtGate({ databases }: Town): Promise<{ used: number; open: number }> {
  const [row] = await databases.contacts.query<{ used: number; open: number }>(
    `SELECT count(*) FILTER (WHERE state IN ('handed-over', 'sent', 'delivered', 'unknown'))::int AS used,
            count(*) FILTER (WHERE state IN ('granted', 'unknown'))::int AS open
       FROM permits`,
  );
  return row ?? { used: 0, open: 0 };
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
