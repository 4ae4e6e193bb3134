import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { loadPolicy } from '../load/load-policy.js';
import { build } from '../testing/cases.js';

const text = readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8');

describe('FIN-gap: buckets 1-30 and 61-90', () => {
  const broken = text.replace(/^ {2}- { name: M2.*\n/m, '');
  const result = loadPolicy(broken, 'broken.yaml', build);

  it('are refused on load, and the message names the gap and its line', () => {
    const problem = result.ok ? undefined : result.problems.find((one) => one.code === 'BUCKETS');
    expect(problem?.message.en).toContain('31-60');
    expect(problem?.message.zh).toContain('31-60');
    expect(problem).toMatchObject({
      file: 'broken.yaml',
      path: ['buckets'],
      line: broken.split('\n').indexOf('buckets:') + 1,
    });
  });
});
