import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './paths.mjs';
import { trouble } from './trouble.mjs';

export const usage = `npm start [-- OPTIONS]
  --no-demo           the same, empty: no demo portfolio, no simulated bank
  --fresh             forget the data of earlier starts
  --data-dir DIR      where data is kept (default .arrears)
  --day SECONDS       real length of a calendar day of the business clock, or "real" (default 60 with the demo, else real)
  --accounts N        how many accounts of the portfolio the simulated bank hands over (default 300)
  --portfolio FILE    a portfolio of your own, with the columns of the file door
  --port BASE         first port (default 7400)`;

/** The options of `npm start`; what can't be meant is said in one sentence. */
export function startOptions(args) {
  const given = parse(args);
  const options = {
    help: given.help === true,
    demo: given.demo !== false,
    fresh: given.fresh === true,
    dir: resolve(root, given['data-dir'] ?? '.arrears'),
    port: whole(given.port ?? '7400', '--port', 1024, 65_400),
    day: given.day === undefined ? undefined : day(given.day),
    accounts: given.accounts === undefined ? undefined : whole(given.accounts, '--accounts', 1, 1_000_000),
    portfolio: given.portfolio === undefined ? undefined : resolve(given.portfolio),
  };
  if (options.portfolio && !existsSync(options.portfolio))
    throw trouble(`There is no file ${options.portfolio}: name an existing one with --portfolio.`);
  if (!options.demo && (options.portfolio || options.accounts))
    throw trouble('--portfolio and --accounts belong to the demo: leave out --no-demo.');
  return options;
}

function parse(args) {
  try {
    const string = { type: 'string' };
    const flag = { type: 'boolean' };
    return parseArgs({
      args,
      allowNegative: true,
      options: {
        help: flag,
        demo: flag,
        fresh: flag,
        'data-dir': string,
        day: string,
        accounts: string,
        portfolio: string,
        port: string,
      },
    }).values;
  } catch (error) {
    throw trouble(`${error.message.split('. ')[0]}.\n\n${usage}`);
  }
}

/** Seconds of a business day; the real clock is a day of 86,400. */
function day(text) {
  if (text === 'real') return 86_400;
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 86_400))
    throw trouble('--day takes the seconds of a business day, from 1 to 86400, or "real".');
  return seconds;
}

function whole(text, name, least, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw trouble(`${name} takes a whole number from ${least} to ${most}.`);
}
