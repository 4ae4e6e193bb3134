import { randomUUID } from 'node:crypto';
import type { CaseFacts, EventData } from '@arrears/contracts';
import type { OutboxRecord } from '@arrears/messaging';

const at = '2026-11-09T02:00:00.000Z';

/** A change of stage of a case with two accounts, about 0.9 KB: the size of what the ledger publishes most. Synthetic. */
export function stageChanged(caseId: string, caseSeq: number): OutboxRecord {
  const data: EventData<'arrears.cases.stage-changed.v1'> = {
    case: facts(caseId, caseSeq),
    at,
    from: 'reminder',
    to: 'early',
  };
  return {
    destination: 'kafka',
    topic: 'collections.cases.v1',
    key: caseId,
    type: 'arrears.cases.stage-changed.v1',
    data,
    id: randomUUID(),
    time: at,
    headers: { ce_journalhead: 'a'.repeat(64) },
  };
}

function facts(caseId: string, caseSeq: number): CaseFacts {
  const account = (loanId: string): CaseFacts['accounts'][number] => ({
    accountId: randomUUID(),
    loanId,
    episode: 1,
    status: 'open',
    product: 'consumer-loan',
    currency: 'CNY',
    principal: '1250000',
    interest: '18350',
    fees: '6250',
    overdue: '124600',
    earliestUnpaidDue: '2026-11-08',
    nextDue: '2026-12-08',
  });
  return {
    caseId,
    caseNo: 'C-7Q2F',
    agreementId: 'AGR-BENCH',
    debtorId: randomUUID(),
    caseSeq,
    voidBefore: 0,
    status: 'open',
    stage: 'early',
    level: 'normal',
    branch: 'B001',
    creditorName: 'Sample Bank',
    timeZone: 'Asia/Shanghai',
    accounts: [account('L-1'), account('L-2')],
    holds: [],
  };
}
