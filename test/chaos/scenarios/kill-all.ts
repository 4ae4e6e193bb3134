import { setTimeout as sleep } from 'node:timers/promises';
import { allClosed, allShown, cases, doubled, numbers, shown, type Outcome } from '../harness/tally.js';
import { phoneOf } from '../harness/bank.js';
import { openTown, serviceNames, type ServiceName, type Town } from '../harness/town.js';

export type Rounds = readonly (readonly ServiceName[])[];

export interface KillPlan {
  debtors: number;
  /** Who is killed together, one round after another, while the loans come in. */
  loanRounds: Rounds;
  /** The same while the money comes in. */
  moneyRounds: Rounds;
  timeoutMs: number;
}

export const allAtOnce: Rounds = [serviceNames];
export const oneAfterAnotherThenAll: Rounds = [...serviceNames.map((name) => [name]), ...allAtOnce];

/**
 * KILL-ALL: debtors are handed over, reminded, pay, are thanked; meanwhile processes die by kill -9 in mid-flow and start
 * again. Each debtor must have one case, one reminder, one thank-you, and every case must close.
 */
export async function killAll({ debtors, loanRounds, moneyRounds, timeoutMs }: KillPlan): Promise<Outcome> {
  const town = await openTown();
  try {
    await inRounds(debtors, loanRounds, town, (from, to) => town.bank.handOver(from, to));
    await allShown(town, debtors, 'reminder', timeoutMs);
    const lastFault = await inRounds(debtors, moneyRounds, town, (from, to) => town.bank.repaid(from, to));
    await allClosed(town, debtors, timeoutMs);
    await allShown(town, debtors, 'thank-you', timeoutMs);
    const recoveredInMs = Date.now() - lastFault;
    // What was doubled would come now.
    await sleep(3_000);
    return { ...(await tally(town, debtors)), recoveredInMs };
  } finally {
    await town.close();
  }
}

/** A share of the work before each round; gives the moment of the last kill. */
async function inRounds(
  debtors: number,
  rounds: Rounds,
  town: Town,
  work: (from: number, to: number) => Promise<void>,
): Promise<number> {
  let lastFault = Date.now();
  for (const [round, victims] of rounds.entries()) {
    const part = (of: number): number => Math.floor((debtors * of) / rounds.length);
    await work(part(round), part(round + 1));
    // Anywhere between the arrival of a loan and its reminder, which is seven seconds and a little.
    await sleep(300 + Math.random() * 7_700);
    await Promise.all(victims.map(town.arrears.kill));
    lastFault = Date.now();
    await Promise.all(victims.map(town.arrears.restart));
  }
  return lastFault;
}

export async function tally(town: Town, debtors: number): Promise<Omit<Outcome, 'recoveredInMs'>> {
  const messages = await town.phones();
  const [reminded, thanked, found] = [shown(messages, 'reminder'), shown(messages, 'thank-you'), await cases(town)];
  const complete = numbers(debtors).filter((n) => reminded.has(phoneOf(n)) && thanked.has(phoneOf(n))).length;
  const done = Math.min(complete, found.closed, found.debtors);
  return { asked: debtors, done, lost: debtors - done, doubled: doubled(messages) + found.all - found.debtors };
}
