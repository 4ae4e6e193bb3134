import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

export interface RunningProcess {
  pid: number;
  /** Resolves with the exit code, 128 when a signal ended it. */
  exited: Promise<number>;
  alive: () => boolean;
  /** What it wrote so far, both streams. */
  output: () => string;
  /** Orderly: SIGTERM, then SIGKILL after `graceMs`. Resolves with the exit code. */
  stop: (graceMs?: number) => Promise<number>;
  /** Not orderly: SIGKILL. */
  kill: () => Promise<void>;
}

const started = new Set<RunningProcess>();

/**
 * Starts a compiled program as a process of its own. It is killed by its pid when the test process ends, whatever
 * happens; `log` keeps what it writes.
 */
export function startProcess(
  file: string,
  env: Record<string, string>,
  options: { args?: string[]; log?: string } = {},
): RunningProcess {
  const child = spawn(process.execPath, [file, ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  const chunks: string[] = [];
  const log = options.log ? createWriteStream(options.log, { flags: 'a' }) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      chunks.push(text);
      if (chunks.length > 2_000) chunks.splice(0, 1_000);
      log?.write(text);
    });
  }
  const exited = once(child, 'exit').then(([code]) => {
    started.delete(running);
    log?.end();
    return (code as number | null) ?? 128;
  });
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  const running: RunningProcess = {
    pid,
    exited,
    alive,
    output: () => chunks.join(''),
    stop: async (graceMs = 30_000) => {
      if (alive()) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
    kill: async () => {
      if (alive()) child.kill('SIGKILL');
      await exited;
    },
  };
  started.add(running);
  return running;
}

process.on('exit', () => {
  for (const { pid } of started) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
});
