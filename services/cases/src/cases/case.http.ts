import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { Answers, decodeCursor, etag, page, paging } from '@arrears/service';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { casesAnswer, oneCaseAnswer } from './case.answer.js';
import { caseReads, caseSorts, type CaseFilter } from './case.reads.js';
import { CaseViews } from './case-views.js';

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
  private readonly views: CaseViews;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) ledger: Ledger,
  ) {
    this.views = new CaseViews(database, ledger);
  }

  @Get()
  @Allow('case.read')
  @Answers(casesAnswer)
  async list(@Query({ schema: listQuery }) query: ListQuery, @CurrentActor() actor: Actor) {
    const rows = await caseReads.list(this.database, actor, { ...this.filterOf(query), limit: query.limit + 1 });
    const { items, nextCursor } = page(rows, query.limit, (row) => ({ key: row.sort_key, id: row.case_id }));
    return { items: await this.views.of(items), nextCursor };
  }

  @Get(':id')
  @Allow('case.read')
  @Answers(oneCaseAnswer)
  async one(
    @Param('id', caseId) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const row = await caseReads.mustSee(this.database, id, actor);
    response.setHeader('etag', etag(row.version));
    const [[view], persons] = await Promise.all([this.views.of([row]), caseReads.persons(this.database, id)]);
    return { ...view, persons };
  }

  private filterOf(query: ListQuery): CaseFilter {
    const { loanId = null, customerNo = null, stage = null, branch = null, assignee = null, status = null } = query;
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const range = query.bucket === undefined ? null : this.views.anchorsOf(query.bucket);
    const common = { loanId, customerNo, stage, branch, assignee, status, agreementId: query.agreementId ?? null };
    return {
      ...common,
      anchorFrom: range?.from ?? null,
      anchorTo: range?.to ?? null,
      sort: query.sort,
      after,
      limit: query.limit,
    };
  }
}
