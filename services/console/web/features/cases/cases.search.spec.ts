import { describe, expect, it } from '@jest/globals';
import { casesSearch, listOf, tidy } from './cases.search.js';

describe('the address of the list of cases', () => {
  it('asks for open cases, the most days past due first, unless it says otherwise', () => {
    expect(listOf({})).toEqual({ screen: 'cases', filters: { status: 'open' }, sort: '-dpd' });
    expect(listOf({ status: 'all' }).filters).toEqual({});
  });

  it('becomes a question to the server', () => {
    expect(listOf({ stage: 'letter', client: 'AGR-1', bucket: 'M2', sort: 'openedAt' })).toEqual({
      screen: 'cases',
      filters: { status: 'open', stage: 'letter', agreement: 'AGR-1', bucket: 'M2' },
      sort: 'openedAt',
    });
  });

  it('leaves defaults out, so that one state has one address', () => {
    expect(tidy({ status: 'open', sort: '-dpd', at: 0, stage: 'visit' })).toEqual({ stage: 'visit' });
  });

  it('drops what can not be read', () => {
    expect(casesSearch.parse({ sort: 'sideways', at: '7', stage: 'letter' })).toEqual({ at: 7, stage: 'letter' });
    expect(casesSearch.unreadable({ sort: 'sideways', at: '7' })).toEqual(['sort']);
  });
});
