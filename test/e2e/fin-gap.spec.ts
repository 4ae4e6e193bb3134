import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startProcess } from '../support/index.js';

// The command line is a program of its own: its start takes a moment on a busy machine.
jest.setTimeout(60_000);

const root = new URL('../../', import.meta.url).pathname;
const shipped = join(root, 'libs/treatment/policies/cn-unsecured-consumer.yaml');

describe('FIN-gap: a policy with buckets 1-30 and 61-90', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'arrears-policy-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = async (policy: string): Promise<{ code: number; output: string }> => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, policy);
    const child = startProcess(join(root, 'deploy/cli/arrears.mjs'), {}, { args: ['policy', 'check', file] });
    return { code: await child.exited, output: child.output() };
  };

  it('is refused with the file, the line and the gap', async () => {
    const whole = readFileSync(shipped, 'utf8');
    const gap = whole.replace(/^ *- \{ name: M2, from: 31, to: 60 \}\n/m, '');
    expect(gap).not.toBe(whole);
    const { code, output } = await check(gap);
    expect(code).toBe(1);
    const line = gap.split('\n').findIndex((text) => text.startsWith('buckets:')) + 1;
    expect(output).toContain(`policy.yaml:${line}:`);
    expect(output).toMatch(/days 31-60 belong to no bucket/);
  });

  it('is fit for use without the gap', async () => {
    const { code, output } = await check(readFileSync(shipped, 'utf8'));
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('fit for use') });
  });
});
