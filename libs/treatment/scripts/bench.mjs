// Decisions a second of one core's time, for a case of two accounts under a shipped SMS policy. Prints one line of JSON.
import { readFileSync } from 'node:fs';
import { calendars } from '@arrears/calendar';
import { capabilities, exampleSnapshot, loadPolicy, plan, planCalendars, policySet } from '../dist/index.js';

/** @param {number} forMs how long to measure */
export function measure(forMs = 2000) {
  const file = new URL('../policies/cn-unsecured-consumer.yaml', import.meta.url);
  const loaded = loadPolicy(readFileSync(file, 'utf8'), 'cn-unsecured-consumer.yaml', {
    performable: capabilities.performable,
    templates: capabilities.templates,
  });
  if (!loaded.ok) throw new Error('the shipped policy does not load');
  const { policy, compiled } = loaded;
  const set = policySet([compiled]);
  const calendar = planCalendars({ client: calendars.cn });
  const done = (step, day) => ({
    step,
    plannedAt: `2026-11-${day}T01:00:00Z`,
    endedAt: `2026-11-${day}T01:10:00Z`,
    outcome: 'delivered',
  });
  const given = {
    openedOn: '2026-11-09',
    accounts: [
      { accountId: 'a', earliestUnpaidDue: '2026-11-08' },
      { accountId: 'b', earliestUnpaidDue: '2026-11-08' },
    ],
    steps: [done('reminder-1', '09'), done('reminder-2', '12')],
  };
  const days = Array.from({ length: 20 }, (_, i) => new Date(Date.UTC(2026, 10, 9 + i, 2)).toISOString());
  const snapshot = exampleSnapshot(policy, given, days[0]);
  // Counted by the processor time of this process, so that a busy machine does not make the planner look slow.
  const usedMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const run = (ms) => {
    let decisions = 0;
    const start = usedMs();
    while (usedMs() - start < ms) {
      for (const day of days) plan(snapshot, set, calendar, day, 'hash');
      decisions += days.length;
    }
    return (decisions * 1000) / (usedMs() - start);
  };
  run(forMs / 4);
  const bytes = Buffer.byteLength(JSON.stringify(plan(snapshot, set, calendar, days[6], 'hash')));
  return { decisionsPerSecond: Math.round(run(forMs)), bytesPerDecision: bytes };
}

if (import.meta.url === `file://${process.argv[1]}`) console.log(JSON.stringify(measure()));
