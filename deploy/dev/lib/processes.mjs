import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a program that outlives a Ctrl-C: in its own process group, writing to a log file. Stopping it is our
 * work, in order. Returns `{pid, startedAt, log, alive(), exited}`; `exited` resolves when it ends.
 */
export function startDetached(file, args, { log, env = process.env, cwd, uid, gid }) {
  mkdirSync(dirname(log), { recursive: true });
  const out = openSync(log, 'a');
  const child = spawn(file, args, { detached: true, stdio: ['ignore', out, out], env, cwd, uid, gid });
  closeSync(out);
  const exited = new Promise((done) => {
    child.once('error', (error) => done({ code: 127, reason: error.message }));
    child.once('exit', (code, signal) => done({ code: code ?? 128, reason: signal ?? `exit code ${code}` }));
  });
  child.unref();
  return {
    pid: child.pid,
    startedAt: startTime(child.pid),
    log,
    exited,
    alive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
  };
}

/** When a process started, in a form that only serves to compare: a pid alone may be someone else's by now. */
export function startTime(pid) {
  if (!pid) return undefined;
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
  } catch {
    return undefined;
  }
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined;
}

export function isSame({ pid, startedAt }) {
  return startedAt !== undefined && startTime(pid) === startedAt;
}

/** Asks a process to stop, waits, and after `graceMs` ends its whole group. Does nothing when it is gone. */
export async function stopProcess(entry, { signal = 'SIGTERM', graceMs = 20_000 } = {}) {
  if (!isSame(entry)) return 'gone';
  send(entry.pid, signal);
  const end = Date.now() + graceMs;
  while (Date.now() < end) {
    if (!isSame(entry)) return 'stopped';
    await sleep(25);
  }
  send(-entry.pid, 'SIGKILL');
  send(entry.pid, 'SIGKILL');
  while (isSame(entry)) await sleep(25);
  return 'killed';
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal: that is what we wanted.
  }
}

/** The processes of one data folder, by name, kept in `DIR/pids.json` so that a later start knows them. */
export function processFile(dir) {
  const path = join(dir, 'pids.json');
  const read = () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
  const write = (all) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  };
  return {
    /** The recorded process of that name if it still runs. */
    live: (name) => {
      const entry = read()[name];
      return entry && isSame(entry) ? entry : undefined;
    },
    add: (name, entry) => write({ ...read(), [name]: entry }),
    remove: (name) => {
      write(Object.fromEntries(Object.entries(read()).filter(([key]) => key !== name)));
    },
    names: () => Object.keys(read()),
  };
}
