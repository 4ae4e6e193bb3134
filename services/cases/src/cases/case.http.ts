import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { businessDate } from '@arrears/calendar';
import type { Database } from '@arrears/persistence';
import { decodeCursor, etag, page, paging, problem } from '@arrears/service';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { agreementStore } from '../agreements/agreement.store.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { bucketRange, caseReads, caseSorts, caseView, type AnchorRange, type CaseFilter } from './case.reads.js';
import type { CaseRow } from './case.store.js';

const text = z.string().min(1).max(200).optional();
const listQuery = z.object({
  ...paging,
  loanId: text,
  customerNo: text,
  agreementId: text,
  stage: text,
  bucket: text,
  branch: text,
  assignee: text,
  status: z.enum(['open', 'closed']).optional(),
  sort: z.enum(caseSorts).default('openedAt'),
});
type ListQuery = z.infer<typeof listQuery>;
const place = z.object({ key: z.string().max(40), id: z.uuid() });

@Controller('cases')
export class CaseController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @Get()
  @Allow('case.read')
  async list(@Query({ schema: listQuery }) query: ListQuery, @CurrentActor() actor: Actor) {
    const filter = await this.filterOf(query);
    const rows = await caseReads.list(this.database, actor, { ...filter, limit: query.limit + 1 });
    const { items, nextCursor } = page(rows, query.limit, (row) => ({ key: row.sort_key, id: row.case_id }));
    return { items: await this.views(items), nextCursor };
  }

  @Get(':id')
  @Allow('case.read')
  async one(
    @Param('id', caseId) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const row = await caseReads.mustSee(this.database, id, actor);
    response.setHeader('etag', etag(row.version));
    const [view] = await this.views([row]);
    return view;
  }

  private async filterOf(query: ListQuery): Promise<CaseFilter> {
    const { loanId = null, customerNo = null, stage = null, branch = null, assignee = null, status = null } = query;
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const anchors = query.bucket === undefined ? null : await this.anchors(query.bucket);
    const common = { loanId, customerNo, stage, branch, assignee, status, agreementId: query.agreementId ?? null };
    return { ...common, anchors, sort: query.sort, after, limit: query.limit };
  }

  /** The same days past due are other dates where the day has begun already: a range for each way of counting days. */
  private async anchors(name: string): Promise<AnchorRange[]> {
    const bucket = this.ledger.policies.bucket(name);
    if (bucket === null)
      throw problem('invalid-input', 'There is no such bucket.', [
        { path: 'bucket', message: 'of a policy, such as M1' },
      ]);
    const now = this.ledger.clock.nowIso();
    const days = await agreementStore.days(this.database);
    return days.map(({ timeZone, cutOff }) => {
      return { timeZone, cutOff, ...bucketRange(bucket, businessDate(now, timeZone, cutOff)) };
    });
  }

  private async views(rows: readonly CaseRow[]) {
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
}
