import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflows, installRuntime, replay, type RecordedHistory } from '@arrears/temporal';
import { testRing } from './testing/keys.js';

const folder = new URL('../../../test/fixtures/histories/collection-case/', import.meta.url);
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as RecordedHistory;
const bundle = (file: string) => bundleWorkflows({ workflowsPath: fileURLToPath(new URL(file, import.meta.url)) });

/** Cases of every released version go on under the code of today. */
describe('recorded histories', () => {
  let today: { code: string };
  let changed: { code: string };
  beforeAll(async () => {
    installRuntime({ level: 'ERROR' });
    [today, changed] = await Promise.all([bundle('./index.ts'), bundle('./testing/changed.workflow.ts')]);
  }, 120_000);

  it('cover a cure, the standard script, a new run and a cancel', () => {
    const names = new Set(recorded.map((name) => name.replace(/^.*\//, '')));
    for (const name of ['cured', 'standard-120-days', 'continued-1', 'continued-2', 'cancelled'])
      expect(names).toContain(`${name}.json`);
  });

  it.each(recorded)(
    '%s replays',
    async (name) => {
      await replay(read(name), { ring: testRing, workflowBundle: today });
    },
    60_000,
  );

  it.each(recorded)(
    '%s refuses a workflow that does something else',
    async (name) => {
      await expect(replay(read(name), { ring: testRing, workflowBundle: changed })).rejects.toMatchObject({
        name: 'DeterminismViolationError',
      });
    },
    60_000,
  );
});
