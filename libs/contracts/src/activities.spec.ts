import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { caseWorkflowId, collectionCase } from './activities.js';

const source = readFileSync(new URL('./activities.ts', import.meta.url), 'utf8');
/** Members of an interface as written: names reach Temporal's histories, and types exist at no other time. */
const members = (name: string) => {
  const body = new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\??[(:]/gm)].map((match) => match[1]);
};

describe('names that recorded histories carry', () => {
  it('are those of the first release', () => {
    expect(collectionCase).toEqual({
      workflowType: 'collectionCase',
      factsSignal: 'facts',
      commandUpdate: 'command',
      stateQuery: 'state',
    });
  });

  it('of activities are those of the first release', () => {
    expect(members('CaseActivities')).toEqual(['decide', 'openReview']);
    expect(members('NotificationActivities')).toEqual(['queueMessage', 'cancelMessage']);
  });

  it('of carried state and messages are kept; more may be added behind', () => {
    expect(members('CaseState')).toEqual(['stateVersion', 'decisionNo', 'stage', 'upTo', 'commands']);
    expect(members('FactsSignal')).toEqual(['upTo']);
    expect(members('CommandUpdate')).toEqual(['commandId', 'name', 'caseSeq']);
    expect(members('CollectionCaseInput')).toEqual(['caseId', 'state']);
  });
});

describe("a case's workflow id", () => {
  it('counts how often the case was reopened', () => {
    expect([caseWorkflowId('x'), caseWorkflowId('x', 0), caseWorkflowId('x', 2)]).toEqual([
      'case-x',
      'case-x',
      'case-x-2',
    ]);
  });
});
