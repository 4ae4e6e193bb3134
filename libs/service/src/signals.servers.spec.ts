import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { goodEnvironment } from './environment.fixture.js';

const main = fileURLToPath(new URL('../test/process.mjs', import.meta.url));
type Line = { event: string; activity?: string };

/** A process of its own: signals and exit codes exist nowhere else. It runs what was built. */
async function life(mode: string, act: (event: string, kill: (signal: NodeJS.Signals) => void) => void) {
  const env = { ...goodEnvironment, PORT: '0', METRICS_PORT: '0', DRAIN_SECONDS: '5', PATH: process.env['PATH'] };
  const child = spawn(process.execPath, [main, mode], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const events: string[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const { event } = JSON.parse(text) as Line;
    events.push(event);
    act(event, (signal) => child.kill(signal));
  }
  const [code] = await exited;
  return { code, events };
}

describe('signals', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    '%s stops in order, and a second one is not a wish to hurry',
    async (signal) => {
      const { code, events } = await life('slow-stop', (event, kill) => {
        if (event === 'process-started' || event === 'process-stopping') kill(signal);
      });
      expect(code).toBe(0);
      expect(events).toEqual([
        'process-starting',
        'process-started',
        'process-stopping',
        'second-signal-ignored',
        'process-stopped',
      ]);
    },
    20_000,
  );

  it('a rejection that nobody handles ends the process with 1, in order', async () => {
    const { code, events } = await life('rejection', () => undefined);
    expect(code).toBe(1);
    expect(events.slice(-3)).toEqual(['process-failed', 'process-stopping', 'process-stopped']);
  }, 20_000);
});
