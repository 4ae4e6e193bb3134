import { describe, expect, it } from '@jest/globals';
import { roles } from '@arrears/auth';
import { screensOf } from './screens.js';

const ids = (...of: (typeof roles)[number][]) => screensOf({ roles: of }).map(({ id }) => id);

describe('screens by role', () => {
  it('show cases to those who may read one', () => {
    expect(ids('collector')).toEqual(['cases', 'system']);
    expect(ids('auditor')).toContain('cases');
  });

  it('show no case to operations and to our own programs', () => {
    for (const role of ['sre', 'bankSystem', 'service', 'policyAuthor'] as const) expect(ids(role)).toEqual(['system']);
  });

  it('tell everybody what is down', () => {
    for (const role of roles) expect(ids(role)).toContain('system');
  });
});
