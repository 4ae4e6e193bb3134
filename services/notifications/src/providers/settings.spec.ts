import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openProviders } from './open-providers.js';
import { readProviderSettings } from './settings.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const written = (content: unknown): string => {
  const path = join(dir, 'providers.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const sms = { id: 'sms', kind: 'http-sms', url: 'https://gateway.example', ratePerSecond: 10 };
const email = {
  id: 'email',
  kind: 'smtp',
  url: 'smtp://relay.example:587',
  from: { name: 'Bank', address: 'a@bank.example' },
  returnPath: { domain: 'returns.example', port: 2525, secret: { env: 'RETURN' } },
  ratePerSecond: 5,
};

describe('the file of providers', () => {
  it('takes secrets from itself, from files and from variables', () => {
    writeFileSync(join(dir, 'key'), 'from a file\n');
    const path = written([
      { ...sms, apiKey: { file: join(dir, 'key') }, receiptSecret: { env: 'SIGN' } },
      { ...sms, id: 'sms-b', apiKey: 'in place', receiptSecret: 'in place too' },
      email,
    ]);
    const env = { SIGN: 'from a variable', RETURN: 'deep inside' };
    expect(readProviderSettings(path, env)).toMatchObject([
      { id: 'sms', apiKey: 'from a file', receiptSecret: 'from a variable' },
      { id: 'sms-b', apiKey: 'in place', receiptSecret: 'in place too' },
      { id: 'email', tls: 'required', returnPath: { secret: 'deep inside', host: '127.0.0.1' } },
    ]);
    const { ports, receiptSecrets } = openProviders(
      path,
      { nowIso: () => '2026-11-09T02:00:00.000Z', realNow: () => Date.now() },
      env,
    );
    expect(ports.map(({ id, channel }) => `${id}: ${channel}`)).toEqual(['sms: sms', 'sms-b: sms', 'email: email']);
    expect([...receiptSecrets.keys()]).toEqual(['sms', 'sms-b']);
  });

  it.each([
    ['no JSON', 'not json', 'can’t be read as JSON'],
    ['no provider', [], 'Too small'],
    ['an unknown field', [{ ...sms, apiKey: 'hidden', receiptSecret: 's', sender: 'x' }], 'Unrecognized key'],
    ['an unknown kind', [{ ...sms, kind: 'pigeon' }], '0.kind'],
    ['the same id twice', [email, email], 'an id of its own'],
    ['a secret nobody set', [email], 'variable RETURN is empty'],
    ['a secret’s file that is missing', [{ ...sms, apiKey: { file: '/nowhere' }, receiptSecret: 's' }], '/nowhere'],
  ])('with %s is refused by a sentence, without a secret in it', (_what, content, sentence) => {
    const path = written(content);
    const read = () => readProviderSettings(path, {});
    expect(read).toThrow(sentence.replace('’', "'"));
    expect(read).not.toThrow('hidden');
  });
});
