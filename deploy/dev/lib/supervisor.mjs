import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption, stopAsked } from './interrupt.mjs';
import { nodeArguments, nodeBinary, root } from './paths.mjs';
import { requireFree } from './ports.mjs';
import { startDetached, stopProcess } from './processes.mjs';
import { say } from './progress.mjs';
import { trouble } from './trouble.mjs';

const readyWithinMs = 120_000;
/** A process that dies more often than this within a minute has a reason that a further start won't mend. */
const deathsAMinute = 4;

/**
 * Runs our own processes: starts them, waits until they are ready, starts one again that dies, and stops them in the
 * reverse order of their start. `failed` settles (with a trouble) when one can't be kept alive.
 */
export function supervisor({ dir, processes }) {
  const running = new Map();
  let stopping = false;
  let giveUp;
  const failed = new Promise((_, reject) => (giveUp = reject));
  failed.catch(() => {});

  const spawnOne = (plan) => {
    const log = join(dir, 'logs', `${plan.name}.log`);
    const child = startDetached(nodeBinary(), [...nodeArguments(), plan.file], {
      log,
      cwd: root,
      env: { ...process.env, ...plan.env },
    });
    processes.add(plan.name, { pid: child.pid, startedAt: child.startedAt, port: plan.port });
    const deaths = running.get(plan.name)?.deaths ?? [];
    const entry = { plan, child, deaths, leaving: false };
    running.set(plan.name, entry);
    void child.exited.then(({ reason }) => died(entry, reason));
    return child;
  };

  const died = async (entry, reason) => {
    const { plan, child, deaths } = entry;
    if (stopping || entry.leaving || !entry.wasReady) return;
    if (plan.mayEnd && reason === 'exit code 0') return;
    deaths.push(Date.now());
    const recent = deaths.filter((at) => at > Date.now() - 60_000).length;
    if (recent > deathsAMinute)
      return giveUp(trouble(`${plan.name} died ${recent} times within a minute (${reason}): its log is ${child.log}.`));
    say(`! ${plan.name} ended by itself (${reason}) and is started again; its log is ${child.log}`);
    await sleep(500);
    if (stopping) return;
    const again = spawnOne(plan);
    await ready(plan, again).then(() => (running.get(plan.name).wasReady = true), giveUp);
  };

  return {
    failed,
    async start(plan) {
      for (const port of [plan.port, ...(plan.morePorts ?? [])]) if (port) await requireFree(port, plan.name);
      const child = spawnOne(plan);
      await ready(plan, child);
      running.get(plan.name).wasReady = true;
    },
    async restart(name) {
      const entry = running.get(name);
      entry.leaving = true;
      await stopProcess(entry.child);
      if (stopping) return;
      await ready(entry.plan, spawnOne(entry.plan));
      running.get(name).wasReady = true;
    },
    /** Stops the named ones, all at once; without names all that run. */
    async stop(names = [...running.keys()]) {
      await Promise.all(
        names
          .filter((name) => running.has(name))
          .map(async (name) => {
            const entry = running.get(name);
            entry.leaving = true;
            const how = await stopProcess(entry.child, { graceMs: 40_000 });
            if (how === 'killed')
              say(`! ${name} did not stop within 40 s and was killed; its log is ${entry.child.log}`);
            processes.remove(name);
            running.delete(name);
          }),
      );
    },
    /** From now on nothing is started again: whatever ends is meant to. */
    quit() {
      stopping = true;
    },
    names: () => [...running.keys()],
    log: (name) => running.get(name)?.child.log,
  };
}

async function ready({ name, ready: url }, child) {
  if (!url) return;
  const end = Date.now() + readyWithinMs;
  while (!(await answers(url))) {
    if (!child.alive()) throw trouble(`${tail(child.log)}\n${name} ended while starting: its log is ${child.log}.`);
    if (stopAsked()) throw interruption();
    if (Date.now() > end)
      throw trouble(
        `${tail(child.log)}\n${name} is not ready after ${readyWithinMs / 1000} s: its log is ${child.log}.`,
      );
    await sleep(100);
  }
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function tail(log) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
