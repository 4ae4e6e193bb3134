import { describe, expect, it } from '@jest/globals';
import { systemOf } from './system.js';

const health = (...failing: string[]) => ({
  status: failing.length > 0 ? ('failing' as const) : ('ok' as const),
  failing,
  checks: ['postgres', 'kafka'].map((name) => ({
    name,
    status: failing.includes(name) ? ('failing' as const) : ('ok' as const),
  })),
});

describe('what is up', () => {
  it('is down when it does not answer', () => {
    const { services } = systemOf([
      { name: 'cases', health: health() },
      { name: 'contacts', health: null },
    ]);
    expect(services).toEqual([
      { name: 'cases', state: 'up', failing: [] },
      { name: 'contacts', state: 'down', failing: [] },
    ]);
  });

  it('a part is down when anyone who needs it can not reach it, and it is said who', () => {
    const { parts } = systemOf([
      { name: 'cases', health: health('kafka') },
      { name: 'contacts', health: health() },
    ]);
    expect(parts).toEqual([
      { name: 'kafka', state: 'down', seenBy: ['cases'] },
      { name: 'postgres', state: 'up', seenBy: ['cases', 'contacts'] },
    ]);
  });
});
