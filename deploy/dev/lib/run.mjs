import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns `{code, output}` (stdout and stderr together). Never throws for an exit
 * code; a command that can't be started has code 127. The child has a group of its own, so that Ctrl-C in the
 * terminal reaches us only, and we decide what it means: `stopRunning` ends what is under way.
 */
export function run(command, args, { onLine, input, ...options } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true,
      ...options,
    });
    running.add(child);
    const chunks = [];
    let rest = '';
    const take = (chunk) => {
      chunks.push(chunk);
      if (!onLine) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach((line) => onLine(line));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    if (input !== undefined) child.stdin.end(input);
    const end = (code, more = '') => {
      running.delete(child);
      if (rest && onLine) onLine(rest);
      done({ code, output: chunks.join('') + more });
    };
    child.on('error', (error) => end(127, `${error.message}\n`));
    child.on('close', (code, signal) => end(code ?? 128, signal ? `ended by ${signal}\n` : ''));
  });
}

const running = new Set();

/** Ends every command that `run` has under way, with its children. */
export function stopRunning(signal = 'SIGTERM') {
  for (const child of running) stopOne(child, signal);
}

function stopOne(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** Like `run`, but ended after `ms`. */
export async function runFor(ms, command, args, options) {
  const work = run(command, args, options);
  const child = [...running].at(-1);
  const timer = setTimeout(() => stopOne(child, 'SIGKILL'), ms);
  const result = await work;
  clearTimeout(timer);
  return result;
}
