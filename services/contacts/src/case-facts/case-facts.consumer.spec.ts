import { describe, expect, it } from '@jest/globals';
import { eventTypes } from '@arrears/contracts';
import { caseEvents, caseFactsHandlers } from './case-facts.consumer.js';

describe('the facts of cases', () => {
  it('come with every event of a case, each named once', () => {
    const told = Object.entries(eventTypes)
      .filter(([type, { topic }]) => topic === 'collections.cases.v1' && type !== 'arrears.cases.feed-heartbeat.v1')
      .map(([type]) => type);
    expect([...caseEvents].sort()).toEqual(told.sort());
    expect(Object.keys(caseFactsHandlers()).sort()).toEqual(told);
  });
});
