import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseFlat, searchOf, stringifyFlat } from './flat.js';

const cases = searchOf({
  stage: z.string().max(40),
  sort: z.enum(['-dpd', 'dpd']),
  at: z.coerce.number().int().min(0),
});

describe('addresses', () => {
  it('are the same for the same state, whatever the order of clicks', () => {
    const order = ['stage', 'sort', 'at'];
    expect(stringifyFlat({ at: 3, stage: 'letter' }, order)).toBe('?stage=letter&at=3');
    expect(stringifyFlat({ stage: 'letter', at: 3 }, order)).toBe('?stage=letter&at=3');
  });

  it('leave out what is not set', () => {
    expect(stringifyFlat({ stage: undefined, sort: '' }, ['stage', 'sort'])).toBe('');
  });

  it('give back what they were made from', () => {
    expect(parseFlat(stringifyFlat({ branch: '西湖 & co', sort: '-dpd' }, []))).toEqual({
      branch: '西湖 & co',
      sort: '-dpd',
    });
  });

  it('drop a value that means nothing and name it', () => {
    const raw = parseFlat('?sort=sideways&stage=letter&at=-1');
    expect(cases.parse(raw)).toEqual({ stage: 'letter' });
    expect(cases.unreadable(raw)).toEqual(['sort', 'at']);
  });

  it('take numbers as numbers', () => {
    expect(cases.parse({ at: '12' })).toEqual({ at: 12 });
  });
});
