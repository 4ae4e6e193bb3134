import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of JSON lines that only grows. A write is with the operating system when `append` returns, so it outlives a
 * kill -9 of this process; a line cut short by one is the last and is cut off.
 */
export function appendLog<Entry>(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(path, end);
  const entries = bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
  const file = openSync(path, 'a');
  return {
    entries,
    append: (entry: Entry): void => appendFileSync(file, `${JSON.stringify(entry)}\n`),
    close: (): void => closeSync(file),
  };
}
