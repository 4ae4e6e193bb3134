import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../support/index.js';
import { mostWithin, openCrowd, type Crowd } from './support/crowd.js';
import { openWorld, type World } from './support/world.js';

const debtors = 300;
/** So many have left when the second person agrees. */
const midFlow = 50;
const payers = 20;
/** Of the provider that the installation prefers; each message comes at a moment of its own, so that far less leave. */
const ratePerSecond = 50;
// Some hundred debtors come in one by one; each wait inside says for what.
jest.setTimeout(900_000);

const dayMs = 86_400_000;

describe('STOP-ALL: everything is stopped while several hundred messages leave', () => {
  let world: World;
  let crowd: Crowd;
  let morning: string;
  const stops = (path = '') => `${world.arrears.urls.contacts}/stop-orders${path}`;
  const command = (who: string, path: string, body: object) =>
    world.arrears.call(who, 'POST', stops(path), body, { 'idempotency-key': randomUUID() });

  beforeAll(async () => {
    world = await openWorld('stop-all');
    await world.jump(world.at(1, '01:00'));
    morning = world.at(1, '08:00');
    crowd = await openCrowd(world.arrears, `stop-${randomUUID().slice(0, 6)}`, [{ debtors, hours: 'from eight' }]);
  });
  afterAll(async () => {
    world.arrears.clock.speed(dayMs / 1_000);
    const { body } = await world.arrears.call('compliance', 'GET', stops('?state=in-force'));
    for (const { stopOrderId } of (body as { items: { stopOrderId: string }[] }).items) {
      await command('compliance', `/${stopOrderId}/lift`, { reason: 'the scenario is over' });
      await command('manager', `/${stopOrderId}/lift/approve`, {});
    }
    await crowd.close();
    await world.close();
  });

  it('nothing leaves after five seconds, all waits; lifted, the queue leaves evenly, whole and once', async () => {
    world.arrears.clock.speed(dayMs / 1_000 / 20);
    await crowd.handOver({ dueDate: world.day(0), asOf: world.day(1) });
    await crowd.waitingFor(morning, debtors, 400_000);
    world.arrears.clock.speed(dayMs / 1_000);

    // Asked for by one person, it stops nothing until a second agrees.
    const reason = 'a defect in the texts was reported';
    const asked = await command('supervisor', '', { scope: 'all', reason });
    expect(asked).toMatchObject({ status: 202, body: { state: 'requested' } });
    const { stopOrderId } = asked.body as { stopOrderId: string };
    expect((await command('supervisor', `/${stopOrderId}/approve`, {})).status).toBe(403);
    await world.jump(world.at(1, '07:59:58'));
    const left = async () => (await crowd.taken(morning)).length;
    await until(async () => (await left()) >= midFlow, 300_000, 'some messages to have left', 50);
    const approved = await command('manager', `/${stopOrderId}/approve`, {});
    expect(approved).toMatchObject({ status: 200, body: { state: 'in-force' } });
    const { decidedAt } = approved.body as { decidedAt: string };

    await sleep(6_000);
    const before = await left();
    expect(debtors - before).toBeGreaterThan(debtors / 2);
    // Some pay meanwhile: what waits for them is another message now.
    const reached = new Set((await crowd.taken(morning)).map(({ to }) => to));
    const paying = crowd.members.filter(({ phone }) => !reached.has(phone)).slice(0, payers);
    await crowd.pay(paying, { valueDate: world.day(1), receivedAt: world.arrears.clock.now() });
    await sleep(10_000);
    const taken = await crowd.taken(morning);
    expect(taken).toHaveLength(before);
    for (const { acceptedAt } of taken)
      expect(Date.parse(acceptedAt)).toBeLessThanOrEqual(Date.parse(decidedAt) + 5_000);
    const thanksQueued = async () => (await crowd.states())['queued'] === debtors - before;
    await until(thanksQueued, 120_000, 'reminders of those who paid to be called back and thanks to wait');
    expect(Object.keys(await crowd.states()).filter((state) => state === 'failed')).toEqual([]);

    // It takes two to lift it as well.
    const asks = await command('compliance', `/${stopOrderId}/lift`, { reason: 'the texts are right' });
    expect(asks).toMatchObject({ status: 202, body: { state: 'in-force' } });
    const lifted = await command('manager', `/${stopOrderId}/lift/approve`, {});
    expect(lifted).toMatchObject({ status: 200, body: { state: 'lifted' } });
    const { liftedAt } = lifted.body as { liftedAt: string };
    await until(async () => (await left()) >= debtors, 300_000, 'all messages to have left', 500);
    const all = await crowd.taken(morning);
    expect(all).toHaveLength(debtors);
    expect(new Set(all.map(({ to }) => to)).size).toBe(debtors);
    expect(all.filter(({ submissions }) => submissions !== 1)).toEqual([]);
    const thanked = all.filter(({ text }) => text.includes('感谢')).map(({ to }) => to);
    expect(thanked.sort()).toEqual(paying.map(({ phone }) => phone).sort());

    const released = all.slice(before).map(({ acceptedAt }) => acceptedAt);
    expect(Date.parse(released[0] ?? '')).toBeGreaterThanOrEqual(Date.parse(liftedAt) - 1_000);
    expect(mostWithin(1_000, released)).toBeLessThanOrEqual(Math.min(ratePerSecond, released.length / 5));
  });
});
