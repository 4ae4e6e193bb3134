import { randomUUID } from 'node:crypto';
import type { KafkaOutboxRecord } from './outbox.js';

/** A synthetic loan update whose content is told by its numbers; `loanId` is the key. */
export function loanUpdated(loanId: string, sequence: number, id: string = randomUUID()): KafkaOutboxRecord {
  return {
    destination: 'kafka',
    topic: 'bank.loans.v1',
    key: loanId,
    type: 'arrears.bank.loan-updated.v1',
    data: { agreementId: 'AGR-1', loanId, sequence, asOf: '2026-11-09' },
    id,
    time: '2026-11-09T08:00:00.000Z',
  };
}
