import { messagingChaos } from '@arrears/messaging/testing';
import type { Outcome } from './harness/tally.js';
import { serviceNames } from './harness/town.js';
import { aroundSending } from './scenarios/around-sending.js';
import { killAll, oneAfterAnotherThenAll, type Rounds } from './scenarios/kill-all.js';
import { restarts } from './scenarios/restarts.js';

export interface Scenario {
  name: string;
  title: string;
  run: () => Promise<Outcome>;
}

const timeoutMs = 300_000;
const killed = (debtors: number, rounds: Rounds) =>
  killAll({ debtors, loanRounds: rounds, moneyRounds: rounds, timeoutMs });

/** In the order of a whole run; the names are what `npm run chaos -- NAME` takes. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'messaging',
    title: '100,000 events from outbox to inbox; producer, relays and consumers are killed, consumers come and go',
    run: () => messagingChaos({ events: 100_000, keys: 2_000, kills: 60, timeoutMs: 900_000 }),
  },
  ...serviceNames.map((name) => ({
    name: `kill-${name}`,
    title: `60 debtors; kill -9 of ${name} three times while loans come in and three times while they are paid`,
    run: () => killed(60, [[name], [name], [name]]),
  })),
  {
    name: 'kill-all',
    title: '200 debtors; kill -9 of each process, then of all at once, while loans come in and while they are paid',
    run: () => killed(200, oneAfterAnotherThenAll),
  },
  {
    name: 'around-sending',
    title: '60 debtors; the sender dies around sending, the gateway keeps silent or drops the connection',
    run: () => aroundSending({ debtors: 60, randomKills: 12, timeoutMs }),
  },
  {
    name: 'restarts',
    title: '60 debtors; a business day of orderly restarts in turn, one every two seconds',
    run: () => restarts({ debtors: 60, daySeconds: 120, everyMs: 2_000, timeoutMs }),
  },
];
