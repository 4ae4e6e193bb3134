import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessName } from '@arrears/dev';
import { startArrears } from './arrears.js';
import { sharedFile, troubleFile, type SharedSite } from './shared.js';

/**
 * Keeps one installation for all scenario files of a test run: `node keeper.js FOLDER`. It ends, and takes everything
 * with it, on SIGTERM and when the run that owns the folder (`owner.pid`) is gone, however that ended.
 */
const [folder = ''] = process.argv.slice(2);
const processes: ProcessName[] = ['idp', 'carriers', 'cases', 'contacts', 'notifications', 'console'];
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
writeFileSync(join(folder, 'keeper.pid'), String(process.pid));

function ownerLives(): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, 'owner.pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

try {
  // A Monday morning in Shanghai, on real speed: scenarios jump.
  const arrears = await startArrears({ businessNow: '2026-11-09T01:00:00.000Z' });
  const pids = Object.fromEntries(processes.map((name) => [name, arrears.process(name).pid]));
  const shared: SharedSite = { site: arrears.site, pids: pids as SharedSite['pids'] };
  writeFileSync(`${sharedFile(folder)}.tmp`, JSON.stringify(shared), { mode: 0o600 });
  renameSync(`${sharedFile(folder)}.tmp`, sharedFile(folder));
  while (!stop.signal.aborted && ownerLives())
    await sleep(1_000, undefined, { signal: stop.signal }).catch(() => undefined);
  await arrears.close();
  rmSync(sharedFile(folder), { force: true });
} catch (error) {
  writeFileSync(troubleFile(folder), error instanceof Error ? error.message : 'unknown');
  process.exitCode = 1;
}
