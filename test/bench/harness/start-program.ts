import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  alive(): boolean;
  output(): string;
  stop(): Promise<void>;
}

const running = new Set<number>();
process.on('exit', () => running.forEach((pid) => void kill(pid)));

/** A program that is no Node one; it ends with this process at the latest. */
export function startProgram(file: string, args: string[]): Program {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  running.add(pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-10_000)));
  }
  const exited = once(child, 'exit').then(() => running.delete(pid));
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    alive,
    output: () => output,
    stop: async () => {
      if (alive()) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
