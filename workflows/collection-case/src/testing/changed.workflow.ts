import { sleep } from '@temporalio/workflow';
import { collectionCase as unchanged } from '../collection-case.workflow.js';
import type { CaseInput, CaseOutcome } from '../messages.js';

/** A change that running cases can't take: the replay test must refuse it. */
export async function collectionCase(input: CaseInput): Promise<CaseOutcome> {
  await sleep('1 second');
  return await unchanged(input);
}
