import { describe, expect, it } from '@jest/globals';
import { purposes } from '@arrears/contracts';
import { allowsPurpose, changeStatus, gravest, isNeverContacted, mayDecide, personStatuses } from './status.js';

describe('the purposes that a status leaves', () => {
  it.each<[(typeof personStatuses)[number], readonly string[]]>([
    ['normal', purposes],
    ['represented', ['serve', 'legal-notice', 'statutory-notice', 'complaint-reply']],
    ['no-capacity', []],
    ['claimed-dead', ['serve']],
    ['dead', []],
  ])('%s: %j', (status, left) => {
    expect(purposes.filter((purpose) => allowsPurpose(status, purpose)).sort()).toEqual([...left].sort());
  });

  it('are none for ever only when he is dead', () => {
    expect(personStatuses.filter(isNeverContacted)).toEqual(['dead']);
  });
});

describe('a change of status', () => {
  const answers = (wanted: string) =>
    personStatuses.flatMap((from) =>
      personStatuses.filter((to) => changeStatus(from, to).answer === wanted).map((to) => `${from} > ${to}`),
    );

  it('needs a second person for a death and for every way back', () => {
    expect(answers('request')).toEqual([
      'normal > dead',
      'represented > normal',
      'represented > dead',
      'no-capacity > normal',
      'no-capacity > represented',
      'no-capacity > claimed-dead',
      'no-capacity > dead',
      'claimed-dead > normal',
      'claimed-dead > represented',
      'claimed-dead > dead',
      'dead > normal',
      'dead > represented',
      'dead > no-capacity',
      'dead > claimed-dead',
    ]);
  });

  it('that only protects the person is in force at once', () => {
    expect(answers('apply')).toEqual([
      'normal > represented',
      'normal > no-capacity',
      'normal > claimed-dead',
      'represented > no-capacity',
      'represented > claimed-dead',
      'claimed-dead > no-capacity',
    ]);
  });

  it('to the same status is none', () => {
    expect(changeStatus('dead', 'dead')).toEqual({ answer: 'refused', because: 'The person already is dead.' });
    expect(answers('refused')).toHaveLength(personStatuses.length);
  });
});

describe('several ids of one human', () => {
  it('have the gravest status of all', () => {
    expect(gravest([])).toBe('normal');
    expect(gravest(['normal', 'represented'])).toBe('represented');
    expect(gravest(['claimed-dead', 'represented', 'normal'])).toBe('claimed-dead');
    expect(gravest(['claimed-dead', 'no-capacity'])).toBe('no-capacity');
    expect(gravest(['dead', 'no-capacity'])).toBe('dead');
  });
});

describe('four eyes', () => {
  it('are those of two persons', () => {
    expect(mayDecide('anna', 'bert')).toBe(true);
    expect(mayDecide('anna', 'anna')).toBe(false);
  });
});
