import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { permitPreview, type PermitPreviewRequest } from '@arrears/contracts';
import { askForLift, askForStop, decideLift, decideStop } from '../stop-orders/stop-order.service.js';
import { dial, granted, happened, qualify } from '../scenarios/support.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { requestPermit } from './gate.service.js';
import { previewPermits } from './preview.service.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await qualify(world);
});
afterAll(() => world.close());

async function preview(one: OverdueCase, of: Partial<PermitPreviewRequest['asks'][number]> = {}) {
  const { caseId, agreementId, debtorId, personId, contactPointIds, channel, purpose, covers } = one.request();
  const ask = { key: 'k', personId, contactPointIds, channel, purpose, covers, at: world.clock.nowIso(), ...of };
  const answer = await previewPermits(world.gate, { caseId, agreementId, debtorId, asks: [ask] });
  expect(permitPreview.parse(answer)).toEqual(answer);
  const [only] = answer.answers;
  if (only === undefined) throw new Error('one ask, one answer');
  return only;
}
const written = async () =>
  (
    await world.db.query<{ n: number }>(
      `SELECT ((SELECT count(*) FROM permits) + (SELECT count(*) FROM permit_denials) + (SELECT count(*) FROM journal)
             + (SELECT count(*) FROM person_ledgers) + (SELECT count(*) FROM outbox))::int AS n`,
    )
  )[0]?.n;

describe('a preview', () => {
  it('tells what would be granted, and how much of each limit is used, and writes nothing', async () => {
    const one = await world.overdue();
    const before = await written();
    const answer = await preview(one);
    expect(answer).toMatchObject({ key: 'k', verdict: 'granted', earliest: world.clock.nowIso(), denials: [] });
    expect(answer.limits).toContainEqual(
      expect.objectContaining({ rule: 'HOUSE-SMS-DAY', used: 0, max: 1, nextFree: null }),
    );
    expect(await written()).toBe(before);
  });

  it('says until when a limit stands in the way', async () => {
    const one = await world.overdue();
    await happened(world, one.request(), 'delivered');
    const answer = await preview(one);
    expect(answer).toMatchObject({ verdict: 'denied', earliest: '2026-11-10T00:00:00.000Z' });
    expect(answer.denials.map(({ rule }) => rule)).toEqual(['HOUSE-SMS-DAY']);
    expect(answer.limits).toContainEqual(
      expect.objectContaining({ rule: 'HOUSE-SMS-DAY', used: 1, max: 1, nextFree: '2026-11-09T16:00:00.000Z' }),
    );
  });

  it('asks at the time that is planned, and never before now', async () => {
    const one = await world.overdue();
    await happened(world, one.request(), 'delivered');
    const at = '2026-11-10T02:00:00.000Z';
    expect(await preview(one, { at })).toMatchObject({ verdict: 'granted', earliest: at });
    expect(await preview(one, { at: '2026-11-01T02:00:00.000Z' })).toMatchObject({ verdict: 'denied' });
    expect(await preview(one, { at: '2026-11-11T15:00:00.000Z' })).toMatchObject({
      earliest: '2026-11-12T00:00:00.000Z',
    });
  });

  it('of a call is of somebody who is allowed to make it', async () => {
    const one = await world.overdue();
    expect(await preview(one, { channel: 'call' })).toMatchObject({ verdict: 'granted' });
    await granted(world, dial(one));
  });

  it('takes every point of the person where none is named', async () => {
    const one = await world.overdue();
    expect(await preview(one, { contactPointIds: [] })).toMatchObject({ verdict: 'granted' });
  });

  it('of a case nobody heard of is behind', async () => {
    const one = await world.overdue();
    const { caseId: _, ...rest } = one.request();
    const asks = [{ ...rest, key: 'k', at: world.clock.nowIso() }];
    const unknown = {
      caseId: '0192f0c1-0000-7000-8000-000000000001',
      agreementId: 'AGR-1',
      debtorId: one.facts.debtorId,
    };
    const { answers } = await previewPermits(world.gate, { ...unknown, asks });
    expect(answers).toMatchObject([{ verdict: 'facts-behind', earliest: null, limits: [] }]);
  });
});

describe('a stop order', () => {
  const order = (of: object) => ({ scope: 'all' as const, value: null, reason: 'a wrong text', actor: 'anna', ...of });
  const stop = async (of: object) => {
    const asked = await world.db.transaction((tx) => askForStop(tx, world.clock, order(of)));
    const { stopOrderId } = asked;
    const decide = (actor: string) =>
      world.db.transaction((tx) => decideStop(tx, world.clock, { stopOrderId, decision: 'approve', actor }));
    return { stopOrderId, decide };
  };
  const askLift = (stopOrderId: string) =>
    world.db.transaction((tx) => askForLift(tx, world.clock, { stopOrderId, reason: 'texts mended', actor: 'carl' }));
  const lift = (stopOrderId: string) =>
    world.db.transaction((tx) => decideLift(tx, world.clock, { stopOrderId, decision: 'approve', actor: 'bert' }));

  it('stops with the second person’s approval, at once and for every purpose, until it is lifted', async () => {
    const one = await world.overdue();
    const { stopOrderId, decide } = await stop({});
    await expect(decide('anna')).rejects.toMatchObject({ code: 'not-allowed' });
    await granted(world, one.request());
    await decide('bert');
    for (const purpose of ['collect', 'confirm-payment', 'statutory-notice', 'serve'] as const)
      expect(await requestPermit(world.gate, one.request({ purpose }))).toMatchObject({
        verdict: 'stopped',
        stopOrderId,
      });
    expect(await preview(one)).toMatchObject({ verdict: 'stopped', denials: [], earliest: null });
    await expect(decide('carl')).rejects.toMatchObject({ code: 'conflict' });
    await expect(lift(stopOrderId)).rejects.toMatchObject({ code: 'conflict' });
    await askLift(stopOrderId);
    // One person's wish lifts nothing.
    expect((await requestPermit(world.gate, one.request())).verdict).toBe('stopped');
    expect((await lift(stopOrderId)).state).toBe('lifted');
    await expect(lift(stopOrderId)).rejects.toMatchObject({ code: 'conflict' });
    await granted(world, one.request({ purpose: 'confirm-payment' }));
  });

  it('of a region stops the cases of that branch only', async () => {
    const here = await world.overdue({}, { branch: 'B001' });
    const there = await world.overdue({}, { branch: 'B002' });
    const { stopOrderId, decide } = await stop({ scope: 'region', value: 'B001' });
    await decide('bert');
    expect((await requestPermit(world.gate, here.request())).verdict).toBe('stopped');
    await granted(world, there.request());
    await askLift(stopOrderId);
    await lift(stopOrderId);
    await granted(world, here.request());
  });
});
