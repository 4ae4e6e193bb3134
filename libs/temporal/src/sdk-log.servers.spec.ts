import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createLogger, logFieldNames } from '@arrears/observability';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflows } from './bundle.js';
import { createClient, type TemporalAddress } from './client.js';
import { createWorker, type RunningWorker } from './worker.js';

const secret = '王小明 +8613800000001';
const ring = { active: 'k1', keys: new Map([['k1', new Uint8Array(32).fill(1)]]) };
const taskQueue = `chatty-${randomUUID()}`;
const lines: string[] = [];
const printed = jest.spyOn(process.stderr, 'write');

/** Not by the helper of the tests: that one installs a runtime which prints. */
function server(): TemporalAddress {
  const file = process.env['ARREARS_SERVERS'] ?? '';
  return (JSON.parse(readFileSync(file, 'utf8')) as { temporal: TemporalAddress }).temporal;
}

describe('a worker whose workflow and activity speak of people', () => {
  let worker: RunningWorker;
  beforeAll(async () => {
    const workflowsPath = fileURLToPath(new URL('./testing/workflows/chatty.ts', import.meta.url));
    const workflowBundle = await bundleWorkflows({ workflowsPath });
    const activities = {
      fail: async (text: string) => {
        throw ApplicationFailure.nonRetryable(`nobody reaches ${text}`);
      },
    };
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLogger({ service: 'cases', destination });
    worker = await createWorker({ temporal: server(), ring, taskQueue, activities, workflowBundle, log });
  }, 60_000);
  afterAll(() => worker.stop());

  it('writes lines of the service’s log, with listed fields only, and prints nothing', async () => {
    printed.mockClear();
    const { client, close } = await createClient(server(), ring);
    const workflowId = `chatty-${randomUUID()}`;
    await expect(client.workflow.execute('chatty', { taskQueue, workflowId, args: [secret] })).rejects.toThrow();
    await close();
    // The core hands its lines over now and then.
    for (let turn = 0; lines.length < 3 && turn < 50; turn += 1) await sleep(100);
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['workflow', 'activity-failed', 'workflow-failed']),
    );
    for (const entry of entries) {
      expect(entry['event']).toBe('temporal-message');
      expect(Object.keys(entry).filter((name) => !logFieldNames.some((listed) => listed === name))).toEqual([]);
    }
    expect(entries.filter((entry) => entry['workflow_id'] === workflowId).length).toBeGreaterThanOrEqual(3);
    expect(lines.join('')).not.toMatch(/王小明|13800000001/);
    expect(printed.mock.calls.map(([text]) => String(text)).join('')).toBe('');
  }, 30_000);
});
