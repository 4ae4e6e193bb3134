import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetPostgres } from './postgres.mjs';
import { processFile, startTime, stopProcess } from './processes.mjs';
import { stopServers } from './servers.mjs';
import { trouble } from './trouble.mjs';

const servers = ['postgres', 'kafka', 'temporal'];

/**
 * Opens a data folder for one orchestrator: refuses it when another one is at work in it, ends programs of ours that
 * a killed one left (servers are kept and taken over), and forgets everything when `fresh`.
 */
export async function openDataFolder(dir, { fresh = false } = {}) {
  mkdirSync(dir, { recursive: true });
  const processes = processFile(dir);
  const other = processes.live('start');
  if (other)
    throw trouble(
      `Arrears already runs from ${dir} (pid ${other.pid}): stop it with Ctrl-C there, or choose another folder with --data-dir.`,
    );
  for (const name of processes.names().filter((one) => !servers.includes(one))) {
    const left = processes.live(name);
    if (left) await stopProcess(left);
    processes.remove(name);
  }
  if (fresh) {
    await stopServers(processes);
    await forgetPostgres(dir);
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
  }
  processes.add('start', { pid: process.pid, startedAt: startTime(process.pid) });
  return { processes, password: superuserPassword(dir), close: () => processes.remove('start') };
}

function superuserPassword(dir) {
  const file = join(dir, 'secrets', 'postgres');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  mkdirSync(join(dir, 'secrets'), { recursive: true, mode: 0o700 });
  const password = randomBytes(18).toString('hex');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}
