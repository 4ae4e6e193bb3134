import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@arrears/persistence';
import { loanUpdated } from './events.fixture.js';
import { appendOutbox } from './outbox.js';

function recordingTx(): Tx & { statements: string[] } {
  const statements: string[] = [];
  return {
    statements,
    query: async (sql) => {
      statements.push(sql);
      return [];
    },
    execute: async () => 0,
  };
}

describe('what may enter the outbox', () => {
  it('is exactly of its schema: one field too many is our mistake, made visible where it is made', async () => {
    const tx = recordingTx();
    const record = loanUpdated('L-1', 1);
    const extra = { ...record, data: { ...(record.data as object), extra: 1 } };
    await expect(appendOutbox(tx, [record, extra])).rejects.toThrow('has fields that its schema does not know');
    const wrong = { ...record, data: { ...(record.data as object), sequence: 'one' } };
    await expect(appendOutbox(tx, [wrong])).rejects.toThrow('is not of its schema: sequence:');
    expect(tx.statements).toEqual([]);
  });

  it('is on the topic of its type, has a key, and is not larger than a topic takes', async () => {
    const record = loanUpdated('L-1', 1);
    const on = (change: object) => appendOutbox(recordingTx(), [{ ...record, ...change }]);
    await expect(on({ topic: 'bank.repayments.v1' })).rejects.toThrow('does not belong on bank.repayments.v1');
    await expect(on({ key: '' })).rejects.toThrow('needs a key');
    const instalments = Array.from({ length: 600 }, (_, index) => ({
      number: index + 1,
      dueDate: '2026-11-08',
      principal: '1',
      interest: '1',
      fees: '1',
    }));
    await expect(on({ data: { ...(record.data as object), instalments } })).resolves.toBeUndefined();
  });

  it('writes nothing for nothing', async () => {
    const tx = recordingTx();
    await appendOutbox(tx, []);
    expect(tx.statements).toEqual([]);
  });
});
