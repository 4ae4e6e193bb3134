import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Measurement } from './benchmark.js';

/** What the process of a benchmark tells its parent. */
export type Report = { line: string } | { measurements: Measurement[] } | { failure: string };

/** Runs a benchmark in a process of its own. Rejects when it fails or takes longer than it said. */
export function runOne({ name, timeoutMs }: Benchmark, say: (line: string) => void): Promise<Measurement[]> {
  const program = fileURLToPath(new URL('../one.js', import.meta.url));
  return new Promise((done, failed) => {
    const child = fork(program, [name], { execArgv: ['--expose-gc', ...process.execArgv] });
    let answer: Measurement[] | undefined;
    let failure = `its process ended without a result`;
    const timer = setTimeout(() => {
      failure = `not done within ${timeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.on('message', (report: Report) => {
      if ('line' in report) say(report.line);
      if ('measurements' in report) answer = report.measurements;
      if ('failure' in report) failure = report.failure;
    });
    child.on('error', (error) => failed(error));
    child.on('exit', () => {
      clearTimeout(timer);
      if (answer) done(answer);
      else failed(new Error(failure));
    });
  });
}
