import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { appendLog } from './append-log.js';

it('reads back what was written and leaves out a line that a kill cut short', () => {
  const dir = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(dir, 'log.jsonl');
  const first = appendLog<{ n: number; text: string }>(path);
  first.append({ n: 1, text: '逾期' });
  first.close();
  appendFileSync(path, '{"n":2,"te');
  const second = appendLog<{ n: number; text: string }>(path);
  expect(second.entries).toEqual([{ n: 1, text: '逾期' }]);
  second.append({ n: 3, text: 'x' });
  second.close();
  expect(appendLog(path).entries).toEqual([
    { n: 1, text: '逾期' },
    { n: 3, text: 'x' },
  ]);
  rmSync(dir, { recursive: true });
});
