import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import type { PermitRequest } from '@arrears/contracts';
import { takeOptOut } from '../consents/consent.service.js';
import { askForStatus } from '../persons/status.service.js';
import { invalidateNumber } from '../points/invalidate.service.js';
import { granted, journalOf, pointsOf } from '../scenarios/support.js';
import { takeOutcome } from '../settle/settle.service.js';
import { askForStop, decideStop } from '../stop-orders/stop-order.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { requestPermit } from './gate.service.js';
import { readPermit } from './permit.store.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.beat());

const ask = (request: PermitRequest) => requestPermit(world.gate, request);
const within = <Result>(work: (tx: Parameters<Parameters<World['db']['transaction']>[0]>[0]) => Promise<Result>) =>
  world.db.transaction(work);
const stateOf = async (permitId: string) => (await readPermit(world.db, permitId))?.state;
const reserved = async (permitId: string) => {
  const [row] = await world.db.query<{ reserved: string[]; given_back: string[] }>(
    'SELECT reserved, given_back FROM counted_contacts WHERE contact_ref = $1',
    [permitId],
  );
  return row?.reserved;
};

const stop = async ({ facts }: OverdueCase) => {
  const order = { scope: 'client' as const, value: facts.agreementId, reason: 'wrong amounts', actor: 'anna' };
  const { stopOrderId } = await within((tx) => askForStop(tx, world.clock, order));
  await within((tx) => decideStop(tx, world.clock, { stopOrderId, decision: 'approve', actor: 'bert' }));
};
const hold = ({ facts }: OverdueCase) =>
  world.know({
    ...facts,
    caseSeq: 2,
    holds: [
      { holdId: randomUUID(), kind: 'dispute', effects: ['contact'], allows: [], from: '2026-11-01T00:00:00.000Z' },
    ],
  });
const paid = ({ facts }: OverdueCase) => world.know({ ...facts, caseSeq: 2, voidBefore: 2 });
const died = ({ facts }: OverdueCase) =>
  within((tx) =>
    askForStatus(tx, world.clock, {
      ...{ personId: facts.debtorId, to: 'claimed-dead', reason: 'relative', evidence: null, actor: 'collector-1' },
    }),
  );
const wrongMan = (one: OverdueCase) => {
  const [contactPointId = ''] = pointsOf(world, one, 'debtor');
  const of = { contactPointId, because: 'wrong-person' as const, actor: 'collector-1' };
  return within((tx) => invalidateNumber(tx, world.clock, of));
};
const optedOut = (one: OverdueCase) => {
  const [contactPointId = ''] = pointsOf(world, one, 'debtor');
  const { debtorId, agreementId } = one.facts;
  return within((tx) =>
    takeOptOut(tx, world.clock, {
      ...{ inboundId: randomUUID(), channel: 'sms', kind: 'opt-out', agreementId, personId: debtorId, debtorId },
      ...{ contactPointId, contentHash: 'h', at: world.clock.nowIso() },
    }),
  );
};
const silent = () => Promise.resolve(world.clock.advance(4_001));

const changes: [string, (one: OverdueCase) => Promise<unknown>, string][] = [
  ['a stop order came in force', stop, 'stopped'],
  ['a hold was placed', hold, 'denied'],
  ['he paid', paid, 'stale'],
  ['somebody said that he died', died, 'denied'],
  ['the number turned out to be a stranger’s', wrongMan, 'denied'],
  ['he opted out', optedOut, 'denied'],
  ['the feed of cases fell silent', silent, 'facts-behind'],
];

describe('a permit whose answer was lost', () => {
  it.each(changes)('is not handed out again when %s: it is given back', async (_, change, verdict) => {
    const one = await world.overdue({ agreementId: `AGR-${randomUUID()}` });
    const request = one.request();
    const { permitId } = await granted(world, request);
    await change(one);
    expect((await ask(request)).verdict).toBe(verdict);
    expect(await stateOf(permitId)).toBe('released');
    expect(await reserved(permitId)).toEqual([]);
    // What it was denied for is told after what it gave back, once.
    await ask(request);
    const told = (await journalOf(world, one)).filter((kind) => kind.startsWith('permit-'));
    expect(told).toEqual(['permit-granted', 'permit-released', ...(verdict === 'denied' ? ['permit-denied'] : [])]);
    expect(await verifyCaseJournal(world.db, one.facts.caseId)).toMatchObject({ ok: true });
  });

  it.each(changes)('does not count for its whole window when it ran out and %s', async (_, change, verdict) => {
    const one = await world.overdue({ agreementId: `AGR-${randomUUID()}` });
    const request = one.request();
    const { permitId } = await granted(world, request);
    world.clock.advance(60_001);
    await world.beat();
    await change(one);
    expect((await ask(request)).verdict).toBe(verdict);
    expect(await stateOf(permitId)).toBe('released');
    expect(await reserved(permitId)).toEqual([]);
  });

  it('is the same permit where nothing speaks against it', async () => {
    const one = await world.overdue();
    const request = one.request();
    const first = await granted(world, request);
    world.clock.advance(30_000);
    await world.beat();
    await world.know({ ...one.facts, caseSeq: 3 });
    expect(await ask(request)).toEqual({ ...first, caseSeq: 3 });
  });

  it('is another permit where its number is dead and he has a second one', async () => {
    const one = await world.overdue({
      contactPoints: [
        { kind: 'mobile', value: '13811110001', source: 'application' },
        { kind: 'mobile', value: '13811110002', source: 'application' },
      ],
    });
    const request = one.request();
    const first = await granted(world, request);
    await wrongMan(one);
    const second = await granted(world, request);
    expect(second.permitId).not.toBe(first.permitId);
    expect([first.destination, second.destination]).toEqual(['+8613811110001', '+8613811110002']);
    expect(await stateOf(first.permitId)).toBe('released');
  });

  it('is for its purpose and whom it was given to', async () => {
    const one = await world.overdue();
    const request = one.request();
    await granted(world, request);
    for (const other of [{ purpose: 'statutory-notice' as const }, { actor: 'collector-2' }])
      await expect(ask({ ...request, ...other })).rejects.toMatchObject({ code: 'permit-used' });
  });

  it('leaves room for another message once it was given back', async () => {
    const one = await world.overdue();
    const request = one.request();
    await granted(world, request);
    expect((await ask(one.request())).verdict).toBe('denied');
    await world.know({ ...one.facts, caseSeq: 2, voidBefore: 2 });
    await ask(request);
    await granted(world, one.request({ expects: { caseSeq: 2 } }));
  });

  it('of a contact that is being made is not given back', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(world, request);
    const told = { permitId, contactId: request.contactId, outcome: 'handed-over' as const, contentHash: 'h' };
    await within((tx) => takeOutcome(tx, world.clock, { ...told, actor: 'test' }));
    await hold(one);
    expect((await ask(request)).verdict).toBe('denied');
    expect(await stateOf(permitId)).toBe('handed-over');
    expect(await reserved(permitId)).toContain('smsSent');
  });
});
