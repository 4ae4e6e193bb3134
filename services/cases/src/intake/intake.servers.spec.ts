import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBench, overdueLoan, repayment, type Bench } from '../testing.js';

describe('intake on a real database', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench('cases_intake');
  }, 60_000);
  afterAll(() => bench.close());

  it('takes in, decides, sends, cures and closes', async () => {
    const statements = await bench.take('arrears.bank.loan-overdue.v1', overdueLoan());
    console.log('open', statements);
    const [row] = await bench.database.query<{ case_id: string }>('SELECT case_id FROM cases');
    const id = row?.case_id ?? '';
    const first = await bench.decide(id, 1);
    console.log(JSON.stringify(first, null, 1));
    bench.clock.advance(11 * 60_000);
    const second = await bench.decide(id, 2);
    console.log(JSON.stringify(second, null, 1));
    bench.clock.advance(24 * 3600_000);
    console.log('pay', await bench.take('arrears.bank.repayment-received.v1', repayment()));
    const third = await bench.decide(id, 3);
    console.log(JSON.stringify(third, null, 1));
    console.log(
      await bench.database.query(
        'SELECT destination, type, workflow_id, length(payload::text) FROM outbox ORDER BY id',
      ),
    );
    console.log(
      await bench.database.query(
        'SELECT decision_no, length(body), (select length(body) from snapshots s where s.hash=snapshot_hash) FROM decisions',
      ),
    );
    expect(third.closed).not.toBeNull();
  });
});
