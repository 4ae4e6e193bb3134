import type { Database } from '@arrears/persistence';
import { problem } from '@arrears/service';
import type { Ledger } from '../ledger.js';
import { bucketRange, caseReads, caseView } from './case.reads.js';
import type { CaseRow } from './case.store.js';

/** Rows of cases as callers see them, with their accounts at this moment. */
export class CaseViews {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  async of(rows: readonly CaseRow[]) {
    const accounts = await caseReads.accounts(
      this.database,
      rows.map((row) => row.case_id),
    );
    return Promise.all(
      rows.map(async (row) => {
        const agreement = await this.ledger.agreement(this.database, row.agreement_id);
        if (agreement === null) throw new Error('the agreement of a case is gone');
        const of = {
          calendar: this.ledger.calendarOf(agreement),
          now: this.ledger.clock.now(),
          policies: this.ledger.policies,
        };
        return caseView(
          row,
          accounts.filter((account) => account.case_id === row.case_id),
          of,
        );
      }),
    );
  }

  /**
   * A bucket as a range of due dates. Zones differ by agreement; a list over several counts in UTC, which is at most a
   * day off at midnight. @throws a problem for a bucket that no policy has
   */
  anchorsOf(name: string): { from: string | null; to: string } {
    const bucket = this.ledger.policies.bucket(name);
    if (bucket === null)
      throw problem('invalid-input', 'There is no such bucket.', [
        { path: 'bucket', message: 'of a policy, such as M1' },
      ]);
    return bucketRange(bucket, this.ledger.clock.nowIso().slice(0, 10));
  }
}
