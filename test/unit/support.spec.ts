import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sharedArrears, startProcess, testServers, until } from '../support/index.js';

const dir = mkdtempSync(join(tmpdir(), 'support-'));
afterAll(() => rmSync(dir, { recursive: true }));
const program = (name: string, text: string): string => {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
};

describe('until', () => {
  it('answers with the first truthy answer, over errors on the way', async () => {
    let asked = 0;
    const question = (): string | undefined => {
      asked += 1;
      if (asked === 1) throw new Error('not yet');
      return asked === 3 ? 'yes' : undefined;
    };
    expect(await until(question, 1_000, 'a yes', 1)).toBe('yes');
  });

  it('says what it waited for and why in vain', async () => {
    const question = (): never => {
      throw new Error('refused');
    };
    await expect(until(question, 20, 'the letter', 5)).rejects.toThrow(/20 ms in vain for the letter: last refused/);
  });
});

describe('startProcess', () => {
  it('runs a program with the environment given and nothing else', async () => {
    const file = program('env.mjs', 'console.log(JSON.stringify(process.env))');
    const child = startProcess(file, { GREETING: 'hello' });
    expect(await child.exited).toBe(0);
    const seen = JSON.parse(child.output()) as Record<string, string>;
    expect(Object.keys(seen).sort()).toEqual(['GREETING', 'PATH']);
  });

  it('stops in order, with the exit code of the program', async () => {
    const file = program(
      'orderly.mjs',
      'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)',
    );
    const child = startProcess(file, {});
    await until(() => child.output().includes('up'), 5_000, 'the program');
    expect(await child.stop()).toBe(7);
    expect(child.alive()).toBe(false);
  });

  it('kills one that does not listen', async () => {
    const file = program('deaf.mjs', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
    const child = startProcess(file, {});
    await until(() => child.output().includes('up'), 5_000, 'the program');
    expect(await child.stop(100)).toBe(128);
  });
});

describe('testServers', () => {
  it('tells how to run the test when there are none', () => {
    expect(() => testServers({})).toThrow('npm run test:service');
  });

  it('reads where they are', () => {
    const file = program('servers.json', '{"kafka":"127.0.0.1:1"}');
    expect(testServers({ ARREARS_SERVERS: file }).kafka).toBe('127.0.0.1:1');
  });
});

describe('the shared installation of a run', () => {
  it('asks for the folder in which the run keeps it', async () => {
    await expect(sharedArrears({})).rejects.toThrow(/ARREARS_SHARED names no folder/);
  });

  it('tells every file what was in the way of its start', async () => {
    const folder = mkdtempSync(join(dir, 'shared-'));
    writeFileSync(join(folder, 'trouble.txt'), 'the migration of cases ended with 1');
    writeFileSync(join(folder, 'site.json'), '{}');
    await expect(sharedArrears({ ARREARS_SHARED: folder })).rejects.toThrow(/migration of cases ended with 1/);
  });
});
