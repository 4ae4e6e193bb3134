import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import type { ProcessName, Site } from '@arrears/dev';
import { connectTo, type Doors } from './arrears.js';
import { until } from './until.js';

/** What the keeper tells the tests about the installation that it keeps for them. */
export interface SharedSite {
  site: Site;
  pids: Record<ProcessName, number>;
}

/** The installation of the whole test run, with the pids of its processes for tests that make one of them pause. */
export interface SharedArrears extends Doors {
  pids: Record<ProcessName, number>;
}

const startWithinMs = 180_000;
export const sharedFile = (folder: string): string => join(folder, 'site.json');
export const troubleFile = (folder: string): string => join(folder, 'trouble.txt');

/**
 * The one installation of all scenario files of a run, started by the first that asks: a start costs more than most
 * scenarios. Scenarios keep apart by agreements, debtors and loans of their own; the clock they share only moves on.
 * Needs `ARREARS_SHARED`, a folder, as the end-to-end project's global setup makes one.
 */
export async function sharedArrears(env: NodeJS.ProcessEnv = process.env): Promise<SharedArrears> {
  const folder = env['ARREARS_SHARED'];
  if (!folder) throw new Error('ARREARS_SHARED names no folder: run this test as part of the end-to-end project');
  if (!existsSync(sharedFile(folder))) startKeeper(folder, env);
  const outcome = [sharedFile(folder), troubleFile(folder)];
  await until(() => outcome.some((file) => existsSync(file)), startWithinMs, 'the shared installation to start');
  if (existsSync(troubleFile(folder))) throw new Error(readFileSync(troubleFile(folder), 'utf8'));
  const { site, pids } = JSON.parse(readFileSync(sharedFile(folder), 'utf8')) as SharedSite;
  return { ...connectTo(site), pids };
}

function startKeeper(folder: string, env: NodeJS.ProcessEnv): void {
  // From the build also when the test runs from the sources: the keeper is a program of its own.
  const program = fileURLToPath(new URL('../dist/keeper.js', import.meta.url));
  spawn(process.execPath, [program, folder], { env, stdio: 'ignore', detached: true }).unref();
}
