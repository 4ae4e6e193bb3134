import { createRequire } from 'node:module';
import type { CaseActivities } from '@arrears/contracts/activities';
import type { Database } from '@arrears/persistence';
import { bundleWorkflows, readBundle } from '@arrears/temporal';
import { decide } from '../decisions/decide.js';
import type { Ledger } from '../ledger.js';
import { openReview } from '../reviews/open-review.js';

/** What the case workflow asks of this service. */
export const caseActivities = (database: Database, ledger: Ledger): CaseActivities => ({
  decide: (input) => decide(database, ledger, input),
  openReview: (review) => openReview(database, ledger, review),
});

/** The bundle made by the build; without one (a fresh checkout, tests) it is made now. */
export async function caseWorkflows(): Promise<{ code: string }> {
  const { resolve } = createRequire(import.meta.url);
  try {
    return await readBundle(resolve('@arrears/collection-case/workflow-bundle.js'));
  } catch {
    return bundleWorkflows({ workflowsPath: resolve('@arrears/collection-case') });
  }
}
