import { describe, expect, it } from '@jest/globals';
import { peopleOf, personsOf, withNames, type MaskedPerson } from './cases.js';

const line = (debtorId: string, agreementId = 'AGR-1') => ({ debtorId, agreementId });

describe('names beside lines', () => {
  it('come from the agreement of the line: another client knows him by another name', () => {
    const names = [
      { personId: 'p-1', agreementId: 'AGR-1', name: '张**' },
      { personId: 'p-1', agreementId: 'AGR-2', name: '章**' },
    ];
    expect(withNames([line('p-1'), line('p-1', 'AGR-2'), line('p-2')], names).map(({ debtor }) => debtor)).toEqual([
      '张**',
      '章**',
      null,
    ]);
  });

  it('are missing where nobody answered, and the lines are there all the same', () => {
    expect(withNames([line('p-1')], null)).toEqual([{ ...line('p-1'), debtor: null }]);
  });

  it('are asked for once each', () => {
    expect(personsOf([line('p-1'), line('p-1'), line('p-1', 'AGR-2')])).toHaveLength(2);
  });
});

describe('people of a case', () => {
  const person = (personId: string, agreementId: string): MaskedPerson => ({
    personId,
    agreements: [
      { agreementId, name: '张**', idNumber: null, language: null, timeZone: null, roles: [], contactPoints: [] },
    ],
  });
  const on = (personId: string, role: string) => ({ personId, role, accountIds: [] });

  it('stand with the debtor first', () => {
    const people = peopleOf(
      [on('p-2', 'relatedThird'), on('p-1', 'debtor'), on('p-3', 'jointGuarantor')],
      new Map(),
      'A',
    );
    expect(people.map(({ role }) => role)).toEqual(['debtor', 'jointGuarantor', 'relatedThird']);
  });

  it('show nothing that only another agreement knows', () => {
    const [one] = peopleOf([on('p-1', 'debtor')], new Map([['p-1', person('p-1', 'AGR-2')]]), 'AGR-1');
    expect(one?.known).toBeNull();
  });

  it('are there without details when nobody answered for them', () => {
    expect(peopleOf([on('p-1', 'debtor')], new Map([['p-1', null]]), 'AGR-1')).toEqual([
      { ...on('p-1', 'debtor'), known: null },
    ]);
  });
});
