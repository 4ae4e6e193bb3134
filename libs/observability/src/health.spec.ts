import { describe, expect, it } from '@jest/globals';
import { createHealth } from './health.js';

describe('health', () => {
  it('is well without checks', async () => {
    const health = createHealth();
    for (const answer of [await health.live(), await health.ready(), await health.dependencies()])
      expect(answer).toEqual({ status: 'ok', failing: [], checks: [] });
  });

  it('names what fails: an answer of false, a throw, a rejection, or none in time', async () => {
    const health = createHealth({ timeoutMs: 20 });
    health.dependency('postgres', () => true);
    health.dependency('kafka', () => false);
    health.dependency('temporal', () => {
      throw new Error('connect ECONNREFUSED with a password in it');
    });
    health.dependency('oidc', () => Promise.reject(new Error('away')));
    health.dependency('carrier', () => new Promise(() => undefined));
    const answer = await health.dependencies();
    expect(answer.failing).toEqual(['kafka', 'temporal', 'oidc', 'carrier']);
    expect(JSON.stringify(answer)).not.toContain('password');
  });

  it('keeps the three questions apart: what is down outside makes nobody restart us', async () => {
    const health = createHealth();
    health.dependency('kafka', () => false);
    health.readiness('schema', () => false);
    health.liveness('consumer', () => undefined);
    expect((await health.live()).status).toBe('ok');
    expect((await health.ready()).failing).toEqual(['schema']);
    expect((await health.dependencies()).failing).toEqual(['kafka']);
  });

  it('is not ready from the moment it drains, and still alive', async () => {
    const health = createHealth();
    expect(health.draining()).toBe(false);
    health.drain();
    expect(health.draining()).toBe(true);
    expect(await health.ready()).toMatchObject({ status: 'failing', failing: ['draining'] });
    expect((await health.live()).status).toBe('ok');
  });
});
