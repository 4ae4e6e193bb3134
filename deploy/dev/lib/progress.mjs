import { interruption, stopAsked } from './interrupt.mjs';

const tty = process.stdout.isTTY === true && !process.env.CI;
const still = 20_000;

/**
 * Runs one named step and says how it went: `✓ PostgreSQL  0.9 s`. A step that takes long says so now and then,
 * with its last note. `work` receives a function that changes the note ("fetching 43 MB").
 */
export async function step(name, work) {
  if (stopAsked()) throw interruption();
  const start = Date.now();
  let note = '';
  if (tty) process.stdout.write(`… ${name}`);
  const timer = setInterval(() => {
    const text = `… ${name}, still at it after ${seconds(start)}${note && `: ${note}`}`;
    process.stdout.write(tty ? `\r\x1b[K${text}` : `${text}\n`);
  }, still);
  const clear = () => {
    clearInterval(timer);
    if (tty) process.stdout.write('\r\x1b[K');
  };
  try {
    const result = await work((text) => {
      note = text;
      if (tty) process.stdout.write(`\r\x1b[K… ${name}: ${text}`.slice(0, (process.stdout.columns ?? 80) + 4));
    });
    clear();
    process.stdout.write(`${result?.failed ? '✗' : '✓'} ${name}  ${seconds(start)}${noteOf(result)}\n`);
    return result;
  } catch (error) {
    clear();
    process.stdout.write(`✗ ${name}  ${seconds(start)}\n`);
    throw error;
  }
}

/** What a step says of its end: a word or two, or `{failed, note}` where it failed without stopping the rest. */
function noteOf(result) {
  const text = typeof result === 'string' ? result : result?.note;
  return text ? `  (${text})` : '';
}

/** Time since `start` (epoch ms) as people read it. */
export function seconds(start) {
  const s = (Date.now() - start) / 1000;
  return s < 60 ? `${s.toFixed(1)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

export function say(text = '') {
  process.stdout.write(`${text}\n`);
}
