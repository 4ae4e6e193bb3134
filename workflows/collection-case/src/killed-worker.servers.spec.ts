import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { devServer } from '@arrears/temporal/testing';
import { bundleCollectionCase, openDevCases, type DevCases } from './testing/index.js';

const limit = 90_000;
const folder = mkdtempSync(join(tmpdir(), 'arrears-killed-'));
const bundleFile = join(folder, 'bundle.js');
const here = (file: string) => fileURLToPath(new URL(`./testing/${file}`, import.meta.url));
const children: ChildProcess[] = [];
let cases: DevCases;

function startWorker(suffix: string, database: string, diesIn: string): ChildProcess {
  const { address, namespace } = devServer();
  const node = ['--no-warnings', '--conditions=@arrears/source', '--import', here('ts-hooks.mjs')];
  const args = [...node, here('fragile-worker.ts'), address, namespace, suffix, database, bundleFile, diesIn];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  children.push(child);
  return child;
}

/** The first worker kills itself in the middle; the second finds what it left. */
async function livesThrough(diesIn: 'decide' | 'perform'): Promise<string[]> {
  const database = mkdtempSync(join(folder, 'db-'));
  const suffix = `-${diesIn}-${Date.now()}`;
  const first = startWorker(suffix, database, diesIn);
  const one = await cases.start(suffix);
  const [, signal] = (await once(first, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  const second = startWorker(suffix, database, 'never');
  try {
    await one.facts(1);
    expect(await one.outcome()).toEqual({ closed: 'cured' });
  } finally {
    second.kill('SIGKILL');
    await once(second, 'exit');
  }
  return readFileSync(join(database, 'log'), 'utf8').trim().split('\n');
}

/** Both wait for the server to miss the worker (10 s), so they wait together. */
describe('a worker killed in the middle', () => {
  let ends: { decide: string[]; perform: string[] };
  beforeAll(async () => {
    const workflowBundle = await bundleCollectionCase();
    writeFileSync(bundleFile, workflowBundle.code);
    cases = await openDevCases(workflowBundle);
    const [decide, perform] = await Promise.all([livesThrough('decide'), livesThrough('perform')]);
    ends = { decide, perform };
  }, limit);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await cases.close();
    rmSync(folder, { recursive: true });
  }, limit);

  it('after deciding: the stored answer comes back, and the fact that came meanwhile is decided on; one message', () => {
    expect(ends.decide.slice(0, 3)).toEqual(['decision-1 stored', 'decision-1 known', 'message queued']);
    expect(ends.decide.at(-1)).toBe('decision-2 stored queued');
    expect(ends.decide.filter((line) => line.startsWith('message'))).toHaveLength(1);
  });

  it('while queueing: the message is asked for again, is known, and its answer reaches the next decision', () => {
    expect(ends.perform).toEqual(['decision-1 stored', 'message queued', 'message known', 'decision-2 stored queued']);
  });
});
