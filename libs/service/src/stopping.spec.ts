import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@arrears/observability';
import { runStopHooks, type StopHook } from './stopping.js';

let lines: string[];
let order: string[];
const log = createLogger({ service: 's', destination: { write: (line) => void lines.push(line) } });
beforeEach(() => {
  lines = [];
  order = [];
});
const hook = (name: string, stop: StopHook['stop'] = () => undefined): StopHook => ({
  name,
  stop: async () => {
    await stop();
    order.push(name);
  },
});
const soon = () => Date.now() + 1000;

describe('an orderly stop', () => {
  it('closes first what was opened last, one after another', async () => {
    const slow = hook('consumer', () => sleep(30));
    expect(await runStopHooks([hook('database'), slow, hook('worker')], soon(), log)).toBe(true);
    expect(order).toEqual(['worker', 'consumer', 'database']);
  });

  it('goes on after a hook that fails, and says which', async () => {
    const broken = hook('relay', () => Promise.reject(new Error('a secret')));
    expect(await runStopHooks([hook('database'), broken], soon(), log)).toBe(false);
    expect(order).toEqual(['database']);
    expect(lines[0]).toMatch(/stop-hook-failed.*"activity":"relay"/);
    expect(lines[0]).not.toContain('secret');
  });

  it('waits for nothing beyond its time', async () => {
    const hanging = hook('worker', () => new Promise<void>(() => undefined));
    const from = Date.now();
    expect(await runStopHooks([hook('database'), hanging], from + 60, log)).toBe(false);
    expect(Date.now() - from).toBeLessThan(900);
    expect(lines[0]).toMatch(/drain-timed-out.*"activity":"worker"/);
  });
});
