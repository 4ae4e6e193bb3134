import { stopRunning } from './run.mjs';

let asked = false;
let tell;
const interrupted = new Promise((done) => (tell = done));

/**
 * Ctrl-C and its kin. In a terminal the signal comes twice (the group's and npm's), so a second one is no wish to
 * hurry: everything is stopped in order whatever comes. Commands under way are ended; steps to come do not begin.
 */
export function listenForStop() {
  // What we start runs detached: without this the program would end as soon as there is nothing left to wait for.
  setInterval(() => {}, 60_000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (asked) return;
      asked = true;
      stopRunning();
      tell();
    });
  }
  return interrupted;
}

export const stopAsked = () => asked;

/** Thrown instead of beginning a further step after a wish to stop. */
export function interruption() {
  return Object.assign(new Error('interrupted'), { name: 'Interruption' });
}
