import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { providersFile, writeCarrierFiles, type Site } from '@arrears/dev';
import { openDatabase } from '@arrears/persistence';
import { startArrears, until, type Arrears } from '../support/index.js';
import { countsBy, mostWithin, openCrowd, type Crowd, type Waiting } from './support/crowd.js';
import type { PhoneMessage } from './support/views.js';

// Thousands of debtors come in one by one and leave at the provider's pace; each wait inside says for what.
jest.setTimeout(3_600_000);

/**
 * A big client, one of a middle size and a small one whose messages ask the gate at night too. Each debtor has guarantors
 * who are reminded, so that five thousand messages come from a thousand cases.
 */
const sizes = [
  { debtors: 720, guarantors: 5, hours: 'from eight' },
  { debtors: 200, guarantors: 5, hours: 'from eight' },
  { debtors: 100, guarantors: 5, hours: 'at any hour' },
] as const;
const reminders = sizes.reduce((sum, { debtors, guarantors }) => sum + debtors * guarantors, 0);
/** So many debtors of the big client pay in the night: they are thanked, first of all, and nobody else is asked for it. */
const payers = 50;
const messages = reminders - payers * sizes[0].guarantors + payers;
/** Less than what the spread would let through, so that a queue builds up and its order shows. */
const ratePerSecond = 40;
const spreadMinutes = 1;
/** Messages that a sender has in hand at a time. */
const inHand = 16;
const dayMs = 86_400_000;
const nightSpeed = 20;
const night = '2026-11-09T16:30:00.000Z';
const morning = '2026-11-10T00:00:00.000Z';

describe('STAMPEDE: thousands of messages wait for eight o’clock', () => {
  let arrears: Arrears;
  let crowd: Crowd;
  let queued: Map<string, Waiting>;
  let taken: PhoneMessage[];

  beforeAll(async () => {
    arrears = await startArrears({ businessNow: night, daySeconds: dayMs / 1_000 / nightSpeed, env: slowerProvider });
    crowd = await openCrowd(arrears, 'stampede', sizes);
    await crowd.handOver({ dueDate: '2026-11-09', asOf: '2026-11-10' });
    await crowd.waitingFor(morning, reminders, 1_800_000);
    const paying = crowd.members.slice(0, payers);
    await crowd.pay(paying, { valueDate: '2026-11-10', receivedAt: arrears.clock.now() });
    const called = async () => (await crowd.states())['cancelled'] === payers * sizes[0].guarantors;
    await until(called, 300_000, 'reminders of those who paid to be called back', 500);
    await crowd.waitingFor(morning, messages, 300_000);
    queued = await crowd.messages();

    arrears.clock.speed(dayMs / 1_000);
    await sleep(350);
    arrears.clock.jumpTo('2026-11-09T23:59:55.000Z');
    const left = async () => (await crowd.states())['queued'] === undefined;
    await until(left, 1_800_000, 'all messages to have left', 1_000);
    const handed = async () => (await crowd.states())['delivered'] === messages;
    await until(handed, 120_000, 'all messages to have arrived', 1_000);
    taken = await crowd.taken(night);
  });
  afterAll(async () => {
    await crowd.close();
    await arrears.close();
  });

  const acceptedAt = (list: readonly PhoneMessage[]): string[] => list.map((message) => message.acceptedAt);
  const of = (agreement: number): PhoneMessage[] =>
    taken.filter(({ clientReference }) => queued.get(clientReference)?.agreementId.endsWith(`-${agreement}`));
  /** Real ms from the moment it could have left to the moment it did. */
  const waits = (list: readonly PhoneMessage[]): number[] =>
    list
      .map(
        ({ acceptedAt, clientReference }) =>
          Date.parse(acceptedAt) - Date.parse(queued.get(clientReference)?.notBefore ?? ''),
      )
      .sort((a, b) => a - b);
  const median = (list: readonly number[]): number => list[Math.floor(list.length / 2)] ?? NaN;

  it('each leaves once, to its own phone, and none early', () => {
    expect(taken).toHaveLength(messages);
    expect(new Set(taken.map(({ to }) => to)).size).toBe(messages);
    expect(taken.filter(({ submissions, deliveries }) => submissions !== 1 || deliveries !== 1)).toEqual([]);
    expect(taken.filter(({ acceptedAt }) => acceptedAt < morning)).toEqual([]);
    expect(waits(taken)[0]).toBeGreaterThanOrEqual(0);
  });

  it('evenly: never more than the provider’s rate, and no pause', () => {
    const at = acceptedAt(taken);
    // What is in hand has had its slot, and reaches the provider when the gate and the machine let it: so much can come
    // together at most, beside a slot that may be used half a second late.
    const together = inHand + ratePerSecond / 2 + ratePerSecond / 10;
    for (const seconds of [1, 10, 60])
      expect(mostWithin(seconds * 1_000, at)).toBeLessThanOrEqual(ratePerSecond * seconds + together);
    const tens = countsBy(10_000, at).slice(0, -1);
    const average = tens.reduce((sum, n) => sum + n, 0) / tens.length;
    for (const count of tens) expect(count).toBeGreaterThan(average / 4);
  });

  it('who paid is thanked first, however many reminders wait', () => {
    const thanks = taken.filter(({ text }) => text.includes('感谢'));
    expect(thanks.map(({ to }) => to).sort()).toEqual(
      crowd.members
        .slice(0, payers)
        .map(({ phone }) => phone)
        .sort(),
    );
    const others = of(1).filter((message) => !thanks.includes(message));
    expect(waits(thanks).at(-1)).toBeLessThan(median(waits(others)) / 2);
  });

  it('fair by client: a big queue holds up no small one', () => {
    const [big, middle, small] = [of(1), of(2), of(3)] as const;
    expect(middle).toHaveLength(sizes[1].debtors * sizes[1].guarantors);
    expect(small).toHaveLength(sizes[2].debtors * sizes[2].guarantors);
    const end = (list: readonly PhoneMessage[]): string => acceptedAt(list).sort().at(-1) ?? '';
    const waiting = (when: string): number => big.filter((message) => message.acceptedAt > when).length;
    expect(waiting(end(small))).toBeGreaterThan(big.length / 2);
    expect(waiting(end(middle))).toBeGreaterThan(big.length / 4);
  });

  it('every one of them under a permit that was used, and nothing that must never be', async () => {
    const contacts = await openDatabase({ url: arrears.databases.services.contacts, name: 'stampede', poolSize: 1 });
    const used = async () => {
      const rows = await contacts.query<{ state: string; n: number }>(
        "SELECT state, count(*)::int AS n FROM permits WHERE state <> 'released' GROUP BY state",
      );
      return rows.length === 1 && rows[0]?.state === 'delivered' && rows[0].n === messages;
    };
    await until(used, 120_000, 'every permit to be settled as delivered', 1_000).finally(() => contacts.close());
    for (const name of ['contacts', 'notifications'] as const) {
      const text = await (await fetch(`${arrears.urls[`${name}Metrics`]}/metrics`)).text();
      const broken = text.split('\n').filter((line) => /^arrears_invariant_violations_total\{.*\} [1-9]/.test(line));
      expect({ name, broken }).toEqual({ name, broken: [] });
    }
  });
});

/** The preferred provider alone, at a pace that is less than what the morning asks for. */
function slowerProvider(site: Site): Promise<{ notifications: Record<string, string> }> {
  writeCarrierFiles(site);
  const [first] = JSON.parse(readFileSync(providersFile(site), 'utf8')) as object[];
  const file = join(site.dir, 'secrets', 'slower-provider.json');
  writeFileSync(file, JSON.stringify([{ ...first, ratePerSecond }]), { mode: 0o600 });
  return Promise.resolve({
    notifications: { PROVIDERS: file, SENDING_SPREAD_MINUTES: String(spreadMinutes) },
  });
}
