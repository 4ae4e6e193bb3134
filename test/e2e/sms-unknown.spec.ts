import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providersFile, writeCarrierFiles, type ProcessName, type Site } from '@arrears/dev';
import { startArrears, until, type Arrears, type SharedArrears } from '../support/index.js';
import { houseOf, putInUse } from './support/policies.js';
import type { PhoneMessage } from './support/views.js';
import { openWorld, type World } from './support/world.js';

/** The sender waits five seconds for an answer, and asks a second later. */
const askedWithinMs = 60_000;

describe('SMS-UNKNOWN: the provider takes a message and its answer never comes', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('sms-unknown');
  });
  afterAll(() => world.close());

  it('asks the provider what became of it and does not send again', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    // Without a receipt the provider's word on request is all there is.
    await behave({ match: debtor.phone, answer: 'accept-then-timeout', receipt: 'never' });
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), caseId);

    const [message] = await world.receives(debtor, 1);
    const messageId = message?.clientReference ?? '';
    const known = await until(
      async () => {
        const url = `${world.arrears.urls.notifications}/messages/${messageId}`;
        const { body } = await world.arrears.call('supervisor', 'GET', url);
        return (body as { state: string }).state === 'delivered' && body;
      },
      askedWithinMs,
      'the message to be known as delivered',
    );
    expect(known).toMatchObject({ messageId, step: 'reminder-1', state: 'delivered' });
    await until(
      async () => (await world.timeline(caseId)).some(({ outcome }) => outcome === 'delivered'),
      askedWithinMs,
      'the delivery to reach the case',
    );
    expect(await world.messages(debtor)).toMatchObject([{ submissions: 1, deliveries: 1 }]);
  });

  async function behave(rule: Record<string, string>): Promise<void> {
    const body = JSON.stringify({ channel: 'sms', ...rule });
    const answer = await fetch(`${world.arrears.urls.carriers}/behaviour`, { method: 'PUT', body });
    expect(answer.status).toBe(200);
  }
});

/** Without the gateways behind HTTP: a text goes by SMPP. */
const withoutHttpSms = (site: Site): Promise<{ notifications: Record<string, string> }> => {
  writeCarrierFiles(site);
  const all = JSON.parse(readFileSync(providersFile(site), 'utf8')) as { kind: string }[];
  const file = join(site.dir, 'secrets', 'without-http-sms.json');
  writeFileSync(file, JSON.stringify(all.filter(({ kind }) => kind !== 'http-sms')), { mode: 0o600 });
  return Promise.resolve({ notifications: { PROVIDERS: file } });
};
const named = (arrears: Arrears): SharedArrears => {
  const names: ProcessName[] = ['idp', 'carriers', 'cases', 'contacts', 'notifications'];
  const pids = Object.fromEntries(names.map((name) => [name, arrears.process(name).pid]));
  return { ...arrears, pids: pids as SharedArrears['pids'] };
};

/** One step, on the first day, by the channel. */
const stepBy = {
  smpp: { id: 'by-sms', kind: 'sms', template: { id: 'reminder-1' } },
  email: { id: 'by-email', kind: 'email', template: { id: 'reminder-email' } },
  letter: {
    ...{ id: 'by-letter', kind: 'letter' },
    template: {
      ...{ id: 'dunning-letter', delivery: 'registered' },
      term: { days: 10, dayKind: 'calendar', deemedAfterDays: 3 },
    },
  },
} as const;
type Carrier = keyof typeof stepBy;

describe('SMS-UNKNOWN on every other way on which the shipped policies send', () => {
  let arrears: Arrears;
  let world: World;
  let days = 0;
  beforeAll(async () => {
    arrears = await startArrears({ businessNow: '2026-11-09T01:00:00.000Z', env: withoutHttpSms });
    world = await openWorld('unknown-elsewhere', named(arrears));
  });
  afterAll(async () => {
    await world.close();
    await arrears.close();
  });

  const policyFor = (carrier: Carrier, agreementId: string): object =>
    houseOf(`by-${carrier}-${randomUUID().slice(0, 6)}`, [agreementId], ({ steps, examples }) => ({
      steps: [
        {
          ...{ scope: 'case', stage: 'reminder', level: 'normal', purpose: 'collect', target: [{ role: 'debtor' }] },
          ...{
            trigger: { on: 'treatmentDay', from: 1, to: 3 },
            onLate: 'lapse',
            onImpossible: [],
            onReanchor: 'keep-done',
          },
          ...stepBy[carrier],
        },
        ...steps.filter(({ id }) => id === 'review-30'),
      ],
      examples: examples
        .slice(0, 1)
        .map((plain) => ({ ...plain, expect: { effects: [{ step: stepBy[carrier].id }] } })),
    }));

  /** A debtor whose message by this carrier is taken, and whose sender never hears so. */
  async function silently(carrier: Carrier, receipt: 'late' | 'never') {
    const rule = { channel: carrier, answer: 'accept-then-timeout', receipt, times: 1 };
    const put = await fetch(`${arrears.urls.carriers}/behaviour`, { method: 'PUT', body: JSON.stringify(rule) });
    expect(put.status).toBe(200);
    const agreementId = await world.agreement('示例银行');
    await putInUse(arrears, policyFor(carrier, agreementId));
    const debtor = world.debtor();
    const loanId = world.loanId();
    const day = (days += 1);
    await world.jump(world.at(day, '09:30'));
    const street = { country: 'CN', region: '北京', city: '北京', line: '样本街1号', postcode: '100010' };
    const contactPoints = [
      { kind: 'mobile' as const, value: debtor.phone, source: 'synthetic' },
      { kind: 'email' as const, value: `${debtor.customerNo}@example.com`.toLowerCase(), source: 'synthetic' },
      { kind: 'address' as const, value: street, source: 'synthetic' },
    ];
    const loan = { loanId, agreementId, dueDate: world.day(day - 1), asOf: world.day(day), contactPoints };
    await world.bank.send(world.overdue(debtor, loan));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(day, '09:45'), caseId);
    const all = () => sent(carrier, world.at(day, '09:30'));
    const [taken] = await until(async () => ((await all()).length > 0 ? all() : null), askedWithinMs, 'it to be taken');
    return { caseId, messageId: taken?.clientReference ?? '', all };
  }
  async function sent(carrier: Carrier, since: string): Promise<PhoneMessage[]> {
    const query = new URLSearchParams({ channel: carrier, since }).toString();
    const answer = await fetch(`${arrears.urls.carriers}/messages?${query}`);
    return ((await answer.json()) as { items: PhoneMessage[] }).items;
  }
  const standing = async (messageId: string): Promise<string> => {
    const { body } = await arrears.call('supervisor', 'GET', `${arrears.urls.notifications}/messages/${messageId}`);
    return (body as { state: string }).state;
  };
  const settled = (messageId: string, state: string) =>
    until(async () => (await standing(messageId)) === state, askedWithinMs, `the message to be ${state}`);
  const told = (caseId: string, outcome: string) =>
    until(
      async () =>
        (await world.timeline(caseId)).some((entry) => entry.kind === 'step-ended' && entry.outcome === outcome),
      askedWithinMs,
      `the case to hear that it is ${outcome}`,
    );

  // The centre never told its id, so only a receipt that carries our reference can; a relay can't be asked at all.
  it.each(['smpp', 'email'] as const)(
    'by %s: a late receipt settles it, and nothing is sent again',
    async (carrier) => {
      const { caseId, messageId, all } = await silently(carrier, 'late');
      await settled(messageId, 'delivered');
      await told(caseId, 'delivered');
      expect(await all()).toMatchObject([{ submissions: 1, deliveries: 1 }]);
    },
  );

  it('by e-mail without any report: a person settles it', async () => {
    const { caseId, messageId, all } = await silently('email', 'never');
    await settled(messageId, 'unknown');
    await told(caseId, 'unknown');
    const path = `${arrears.urls.notifications}/messages/${messageId}/settle`;
    const word = { outcome: 'delivered', reason: 'the relay has it in its log', evidence: 'line 4711' };
    const answer = await arrears.call('supervisor', 'POST', path, word, { 'idempotency-key': randomUUID() });
    expect(answer).toMatchObject({ status: 200, body: { state: 'delivered' } });
    await told(caseId, 'delivered');
    expect(await all()).toMatchObject([{ submissions: 1 }]);
  });

  it('by letter: the mail house is asked', async () => {
    const { caseId, messageId, all } = await silently('letter', 'never');
    await settled(messageId, 'accepted');
    await told(caseId, 'done');
    expect(await all()).toMatchObject([{ submissions: 1 }]);
  });
});
