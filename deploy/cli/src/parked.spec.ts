import { afterEach, describe, expect, it } from '@jest/globals';
import { listParked, replayParked } from './parked.js';
import { siteOf, startService, stopServices, type Asked } from './service.fixture.js';

afterEach(stopServices);

/** A service that answers every call with the same body and writes down what it was asked. */
const service = (answer: unknown, asked: Asked[] = []): Promise<string> =>
  startService((call) => {
    asked.push(call);
    return answer;
  });
const parked = (inboxId: string, reason: string) => ({
  inboxId,
  topic: 'bank.loans.v1',
  type: 'arrears.bank.loan-overdue.v1',
  reason,
  receivedAt: '2026-11-09T01:00:00.000Z',
  blocksKey: true,
});
const none = { items: [], nextCursor: null };

describe('events parked', () => {
  it('asks every service and names it with each event', async () => {
    const site = siteOf({
      cases: await service({ items: [parked('12', 'not-json')], nextCursor: null }),
      contacts: await service({ items: [parked('12', 'wrong-schema')], nextCursor: 'more' }),
      notifications: await service(none),
      carriers: 'http://127.0.0.1:1',
    });
    const { text, complete } = await listParked(site);
    expect(text).toMatch(/^cases\/12 .*not-json/m);
    expect(text).toMatch(/^contacts\/12 .*wrong-schema/m);
    expect(text).toContain('More: --service contacts --cursor more');
    expect(complete).toBe(true);
  });

  it('tells what it knows when a service is away, and that it is away', async () => {
    const site = siteOf({ cases: await service({ items: [parked('12', 'failed')], nextCursor: null }) });
    const { text, complete } = await listParked(siteOf({ ...site.urls, contacts: 'http://127.0.0.1:1' }));
    expect(text).toMatch(/^cases\/12/m);
    expect(text).toContain('contacts was not asked: Nobody answers');
    expect(complete).toBe(false);
  });

  it('goes on with the list of one service', async () => {
    const asked: Asked[] = [];
    const site = siteOf({ cases: 'http://127.0.0.1:1', notifications: await service(none, asked) });
    expect((await listParked(site, { service: 'notifications', cursor: 'abc' })).text).toBe('Nothing is parked.');
    expect(asked[0]?.path).toBe('/events/parked?cursor=abc');
    await expect(listParked(site, { cursor: 'abc' })).rejects.toThrow('--service');
    await expect(listParked(site, { service: 'legal' })).rejects.toThrow('no address of a service "legal"');
  });
});

describe('events replay', () => {
  it('goes to the service that parked the event', async () => {
    const asked: Asked[] = [];
    const site = siteOf({ cases: 'http://127.0.0.1:1', contacts: await service({ replayed: 1 }, asked) });
    await replayParked(site, 'contacts/12', 'mended');
    expect(asked).toEqual([{ method: 'POST', path: '/events/parked/12/replay', body: '{"reason":"mended"}' }]);
    await expect(replayParked(site, '12', 'mended')).rejects.toThrow('as cases/12');
    await expect(replayParked(site, 'legal/12', 'mended')).rejects.toThrow('no address');
  });
});
