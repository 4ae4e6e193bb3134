import { setTimeout as sleep } from 'node:timers/promises';
import { phoneOf } from '../harness/bank.js';
import { allShown, doubled, numbers, shown, type Outcome } from '../harness/tally.js';
import { openTown, serviceNames } from '../harness/town.js';

export interface RestartPlan {
  debtors: number;
  /** Real seconds of a day. */
  daySeconds: number;
  /** Real ms between two restarts. */
  everyMs: number;
  timeoutMs: number;
}

const businessDayMs = 12 * 3_600_000;

/**
 * FOSS-4024: for a whole business day the processes are stopped and started in turn, each a few seconds after the last. Each
 * debtor must have got one reminder.
 */
export async function restarts({ debtors, daySeconds, everyMs, timeoutMs }: RestartPlan): Promise<Outcome> {
  const town = await openTown({ daySeconds });
  const { arrears } = town;
  try {
    await town.bank.handOver(0, debtors);
    const evening = Date.parse(arrears.clock.now()) + businessDayMs;
    let lastFault = Date.now();
    for (let turn = 0; Date.parse(arrears.clock.now()) < evening; turn++) {
      await arrears.restart(serviceNames[turn % serviceNames.length] ?? 'cases');
      lastFault = Date.now();
      await sleep(everyMs);
    }
    await allShown(town, debtors, 'reminder', timeoutMs);
    const recoveredInMs = Date.now() - lastFault;
    await sleep(3_000);
    const messages = await town.phones();
    const reminded = shown(messages, 'reminder');
    const done = numbers(debtors).filter((n) => reminded.has(phoneOf(n))).length;
    return { asked: debtors, done, lost: debtors - done, doubled: doubled(messages), recoveredInMs };
  } finally {
    await town.close();
  }
}
