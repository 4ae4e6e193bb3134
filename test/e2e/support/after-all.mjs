import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const withinMs = 60_000;

/** Ends the installation of the run, if one was started, and waits until nothing of it is left. */
export default async function afterAllFiles() {
  const folder = process.env.ARREARS_SHARED;
  if (!folder || process.env.ARREARS_SHARED_IS_OURS !== 'yes') return;
  const pidFile = join(folder, 'keeper.pid');
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const end = Date.now() + withinMs;
    for (let asked = false; lives(pid) && Date.now() < end; await sleep(100)) {
      if (!asked) process.kill(pid, 'SIGTERM');
      asked = true;
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
