/** What is exported here by value is a workflow: the bundle registers every one. */
export { collectionCase } from './collection-case.workflow.js';
export type { CarriedState, CaseInput, CaseOutcome, CaseView } from './messages.js';
