import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startArrears, until, type Arrears } from '../support/index.js';

describe('an Arrears of a test’s own', () => {
  let arrears: Arrears;
  beforeAll(async () => {
    arrears = await startArrears({ businessNow: '2026-11-09T01:00:00.000Z' });
  });
  afterAll(() => arrears.close());

  it.each(['cases', 'contacts', 'notifications'] as const)(
    '%s lives, is ready, and finds all it leans on',
    async (name) => {
      for (const what of ['live', 'ready', 'dependencies']) {
        const answer = await fetch(`${arrears.urls[name]}/health/${what}`);
        expect({ what, status: answer.status, body: await answer.json() }).toMatchObject({
          status: 200,
          body: { status: 'ok' },
        });
      }
      expect(await (await fetch(`${arrears.urls[`${name}Metrics`]}/metrics`)).text()).toContain('process_cpu');
    },
  );

  it('knows its people by their tokens, and nobody else', async () => {
    expect((await arrears.call('supervisor', 'GET', `${arrears.urls.cases}/cases`)).status).toBe(200);
    expect((await fetch(`${arrears.urls.cases}/cases`)).status).toBe(401);
  });

  it('has a business clock of its own that can be moved', () => {
    const before = Date.parse(arrears.clock.now());
    arrears.clock.jumpBy(86_400_000);
    expect(Date.parse(arrears.clock.now()) - before).toBeGreaterThanOrEqual(86_400_000);
  });

  it('lets a service be killed and started again', async () => {
    const { pid } = arrears.process('notifications');
    await arrears.kill('notifications');
    await expect(fetch(`${arrears.urls.notifications}/health/live`)).rejects.toThrow();
    await arrears.restart('notifications');
    expect(arrears.process('notifications').pid).not.toBe(pid);
  });

  it('stops a service in order', async () => {
    expect(await arrears.stop('contacts')).toBe(0);
    await arrears.restart('contacts');
    await until(async () => (await fetch(`${arrears.urls.contacts}/health/ready`)).ok, 10_000, 'contacts to be ready');
  });

  it('leaves nothing behind', async () => {
    const second = await startArrears({ only: ['idp', 'carriers'] });
    const child = second.process('carriers');
    await second.close();
    expect([child.alive(), existsSync(second.dir)]).toEqual([false, false]);
  });
});
