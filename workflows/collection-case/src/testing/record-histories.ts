import { mkdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@arrears/temporal';
import { devServer, openTimeSkipping } from '@arrears/temporal/testing';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { openDevCases } from './dev-cases.js';
import { testRing } from './keys.js';
import { planOf, sms } from './plans.js';
import { play } from './play.js';
import { curedOnDay3, standardScript } from './script.js';
import { bundleCollectionCase } from './workers.js';

/**
 * Records what the code of today does, to be replayed by the code of every later day: `npm run record-histories --
 * VERSION` with the test servers running. Once for each released version; a recorded file is never written again.
 */
const version = process.argv[2];
if (version === undefined) throw new Error('which version? npm run record-histories -- 0.1.0');
const folder = fileURLToPath(
  new URL(`../../../../test/fixtures/histories/collection-case/${version}/`, import.meta.url),
);
mkdirSync(folder, { recursive: true });

function write(name: string, workflowId: string, history: History): void {
  const recorded = { workflowId, history: JSON.parse(historyToJSON(history)) as unknown };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(recorded)}\n`, { flag: 'wx' });
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
}

const workflowBundle = await bundleCollectionCase();

const env = await openTimeSkipping(testRing);
for (const [name, script] of [
  ['cured', curedOnDay3],
  ['standard-120-days', standardScript],
] as const) {
  const { workflowId, history } = await play(env, script, { caseId: name, workflowBundle });
  write(name, workflowId, history);
}
await env.teardown();

const cases = await openDevCases(workflowBundle);
const { client, close } = await createClient(devServer(), testRing);
let decided = 0;
const activities = {
  cases: {
    decide: async (input: Parameters<typeof planOf>[0]) => {
      decided++;
      const cancel = { do: 'cancel-message', summary: 'recall', effectKey: `${input.caseId}:one` } as const;
      const perform =
        input.decisionNo === 1
          ? [sms(input.caseId, 'one')]
          : input.answers.some(({ answer }) => answer === 'queued')
            ? [cancel]
            : [];
      return planOf(input, { perform, sleepUntil: input.now + 86_400_000 });
    },
    openReview: async () => 'opened' as const,
  },
};

const cancelled = await (await cases.stack(activities)).start();
while ((await cancelled.view()).waitingFor !== 'wake-or-facts') await delay(50);
await cancelled.handle.cancel();
await cancelled.outcome();
write('cancelled', cancelled.handle.workflowId, await cancelled.handle.fetchHistory());

// Two versions at work without a cache: the first run ends as soon as it is long enough.
const stack = await cases.stack(activities, { buildIds: ['blue', 'green'], limits: { maxCachedWorkflows: 0 } });
const moving = await stack.start();
const { workflowId } = moving.handle;
const firstRun = (await moving.handle.describe()).runId;
for (let upTo = 1; (await moving.handle.describe()).runId === firstRun; upTo++) {
  const before = decided;
  await moving.facts(upTo);
  while (decided === before) await delay(10);
}
await moving.command({ commandId: 'last', name: 'recall', caseSeq: 1000 });
await moving.handle.cancel();
await moving.outcome();
write('continued-1', workflowId, await client.workflow.getHandle(workflowId, firstRun).fetchHistory());
write('continued-2', workflowId, await moving.handle.fetchHistory());

await cases.close();
await close();
