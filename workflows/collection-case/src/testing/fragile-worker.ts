import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { CaseActivities, DecideInput, DecideResult, NotificationActivities } from '@arrears/contracts/activities';
import { readBundle } from '@arrears/temporal';
import { planOf, sms } from './plans.js';
import { startCaseWorkers } from './workers.js';

/**
 * A worker process that is killed, by itself and without a goodbye, at the worst moment: `decide` = the decision is
 * stored, the task that asked for it is not answered; `perform` = the message is queued, the activity not answered.
 * The folder plays the database: what was written first stays.
 */
const [address = '', namespace = '', suffix = '', folder = '', bundleFile = '', diesIn = 'never'] =
  process.argv.slice(2);

const note = (line: string) => appendFileSync(join(folder, 'log'), `${line}\n`);
const die = () => process.kill(process.pid, 'SIGKILL');

/** True for whoever writes the row; a second one finds it there. */
function insert(name: string, value: unknown): boolean {
  const file = join(folder, name);
  if (existsSync(file)) return false;
  writeFileSync(file, JSON.stringify(value), { flag: 'wx' });
  return true;
}

async function decide(input: DecideInput): Promise<DecideResult> {
  const row = `decision-${input.decisionNo}`;
  const upTo = input.decisionNo - 1;
  const plan = upTo === 0 ? { perform: [sms(input.caseId, 'one')] } : { closed: { reason: 'cured' } };
  const first = insert(row, planOf(input, { ...plan, upTo }));
  note(`${row} ${first ? 'stored' : 'known'} ${input.answers.map(({ answer }) => answer).join()}`.trim());
  if (first && diesIn === 'decide') die();
  return JSON.parse(readFileSync(join(folder, row), 'utf8')) as DecideResult;
}

const activities: { cases: CaseActivities; notifications: NotificationActivities } = {
  cases: { decide, openReview: async () => 'opened' },
  notifications: {
    queueMessage: async ({ step }) => {
      const first = insert(`message-${step}`, {});
      note(`message ${first ? 'queued' : 'known'}`);
      if (first && diesIn === 'perform') die();
      return 'queued';
    },
    cancelMessage: async () => 'cancelled',
  },
};

await startCaseWorkers({
  temporal: { address, namespace },
  workflowBundle: await readBundle(bundleFile),
  suffix,
  activities,
});
