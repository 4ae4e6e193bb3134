import { caseWorkflowId } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Database } from '@arrears/persistence';
import { caseStore } from '../cases/case.store.js';
import { carriedState } from '../cases/case.service.js';
import { wakeRecord } from '../cases/changes.js';
import type { Ledger } from '../ledger.js';

/**
 * Something was sent to a workflow that has ended. If the ledger still has the case open under that workflow, its next run
 * is started; a fact for a case that is closed (a late receipt) needs nobody.
 */
export async function onClosed(database: Database, ledger: Ledger, workflowId: string): Promise<void> {
  const caseId = /^case-([0-9a-f-]{36})(-\d+)?$/.exec(workflowId)?.[1];
  if (caseId === undefined) return;
  await database.transaction(async (tx) => {
    const row = await caseStore.lock(tx, caseId);
    if (row === null || row.status !== 'open' || caseWorkflowId(caseId, row.reopened) !== workflowId) return;
    row.reopened += 1;
    await caseStore.renumber(tx, caseId, row.reopened);
    const record = wakeRecord(ledger, row, { do: 'start', state: carriedState(row) });
    if (record !== null) await appendOutbox(tx, [record]);
  });
}
