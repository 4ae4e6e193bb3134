import { setTimeout as sleep } from 'node:timers/promises';
import { loanOf, phoneOf } from '../harness/bank.js';
import { until } from '../harness/support.js';
import { allShown, countedAtGate, doubled, numbers, shown, type Outcome } from '../harness/tally.js';
import { openTown, type Town } from '../harness/town.js';

export interface SendingPlan {
  /** At least four: each of the ways to die has some. */
  debtors: number;
  /** How often notifications is killed at a random moment, besides the chosen ones. */
  randomKills: number;
  timeoutMs: number;
}

/**
 * LAGO: the sender dies around sending. Some messages are taken by the gateway whose answer never comes, some never reach it,
 * and the process is killed (a) while the gate is thinking, (b) while the gateway is, (c) anywhere. Each debtor must see one
 * reminder, and what the gate counted must be what the gateway took.
 */
export async function aroundSending({ debtors, randomKills, timeoutMs }: SendingPlan): Promise<Outcome> {
  const town = await openTown();
  const { arrears, bank } = town;
  try {
    for (const n of numbers(debtors)) {
      if (n % 4 === 0) await town.gateway({ match: phoneOf(n), answer: 'accept-then-timeout', times: 1 });
      if (n % 4 === 1) await town.gateway({ match: phoneOf(n), answer: 'drop', times: 1 });
    }
    const half = Math.floor(debtors / 2);
    await bank.handOver(0, half);
    await dieWhile('contacts', town, 0);
    await bank.handOver(half, debtors);
    await dieWhile('carriers', town, half);
    for (let kill = 0; kill < randomKills; kill++) {
      await sleep(200 + Math.random() * 2_000);
      await arrears.kill('notifications');
      await arrears.restart('notifications');
    }
    const lastFault = Date.now();
    await allShown(town, debtors, 'reminder', timeoutMs);
    await until(async () => (await countedAtGate(town)).open === 0, timeoutMs, 'the gate to know what became of all');
    const recoveredInMs = Date.now() - lastFault;
    await sleep(3_000);
    return { ...(await tally(town, debtors)), recoveredInMs };
  } finally {
    await town.close();
  }
}

/**
 * Kills the sender while somebody it has asked stands still, and lets that one go on afterwards: it answers a question
 * whose asker is dead, as a slow network would make it.
 */
async function dieWhile(asked: 'contacts' | 'carriers', { arrears, databases }: Town, from: number): Promise<void> {
  const { pid } = arrears.process(asked);
  const state = asked === 'contacts' ? 'queued' : 'handed-over';
  const inHand = async (): Promise<boolean> => {
    const [row] = await databases.notifications.query<{ n: number }>(
      // A claim lasts 20 s; what only waits to ask again waits for less than half of that.
      `SELECT count(*)::int AS n FROM messages
       WHERE state = $1 AND (state <> 'queued' OR parked_until_real > now() + interval '11 seconds')`,
      [state],
    );
    return (row?.n ?? 0) > 0;
  };
  process.kill(pid, 'SIGSTOP');
  try {
    await until(inHand, 60_000, `a message in hand, from ${loanOf(from)} on`, 20);
    await sleep(300);
    await arrears.kill('notifications');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await arrears.restart('notifications');
}

async function tally(town: Town, debtors: number): Promise<Omit<Outcome, 'recoveredInMs'>> {
  const messages = await town.phones();
  const reminded = shown(messages, 'reminder');
  const done = numbers(debtors).filter((n) => reminded.has(phoneOf(n))).length;
  const { used } = await countedAtGate(town);
  // The gate may neither have counted what did not leave nor missed what did.
  const miscounted = Math.abs(used - messages.length);
  const handedInAgain = messages.filter(({ submissions }) => submissions > 1).length;
  return { asked: debtors, done, lost: debtors - done, doubled: doubled(messages) + miscounted + handedInAgain };
}
