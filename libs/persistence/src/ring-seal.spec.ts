import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ringSeal } from './ring-seal.js';

const [old, fresh] = [randomBytes(32), randomBytes(32)];
const before = { active: 'old', keys: new Map([['old', old]]) };
const rotated = {
  active: 'fresh',
  keys: new Map([
    ['old', old],
    ['fresh', fresh],
  ]),
};

describe('sealing under a key ring', () => {
  it('opens for the same context and purpose only', () => {
    const sealed = ringSeal(before, 'sessions').seal('session 1', 'a token');
    expect(sealed.bytes.toString('utf8')).not.toContain('a token');
    expect(ringSeal(before, 'sessions').open('session 1', sealed)).toBe('a token');
    expect(() => ringSeal(before, 'sessions').open('session 2', sealed)).toThrow();
    expect(() => ringSeal(before, 'logins').open('session 1', sealed)).toThrow();
  });

  it('goes on opening what was sealed before the active key changed, and says when a key is gone', () => {
    const sealed = ringSeal(before, 'sessions').seal('s', 'a token');
    expect(ringSeal(rotated, 'sessions').open('s', sealed)).toBe('a token');
    expect(ringSeal(rotated, 'sessions').seal('s', 'x').keyId).toBe('fresh');
    const without = { active: 'fresh', keys: new Map([['fresh', fresh]]) };
    expect(ringSeal(without, 'sessions').open('s', sealed)).toBeNull();
  });
});
