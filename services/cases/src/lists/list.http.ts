import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { newId } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import { Answers, problem } from '@arrears/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CaseViews } from '../cases/case-views.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { listAnswer, mostListed, mostRows, newList, rowOf, rowsAnswer, type NewList } from './list.js';
import { listStore } from './list.store.js';

const slice = z.object({
  from: z.coerce.number().int().min(0).max(mostListed).default(0),
  count: z.coerce.number().int().min(1).max(mostRows).default(100),
});

/** Lists that stand still while somebody works through them. */
@Controller('lists')
export class ListController {
  private readonly views: CaseViews;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {
    this.views = new CaseViews(database, ledger);
  }

  /** Freezes what the filter finds now, in its order. */
  @Post()
  @HttpCode(201)
  @Allow('case.read')
  @Answers(listAnswer, 201)
  async freeze(@Body({ schema: newList }) { screen, filters, sort }: NewList, @CurrentActor() actor: Actor) {
    const { agreement, stage, bucket, branch, owner, loanId, customerNo, status } = filters;
    const range = bucket === undefined ? undefined : this.views.anchorsOf(bucket);
    const conditions = {
      ...{ agreementId: agreement, stage, branch, assignee: owner, loanId, customerNo, status },
      ...{ anchorFrom: range?.from, anchorTo: range?.to },
    };
    await listStore.forget(this.database);
    const of = { listId: newId(), actor, screen, filters, asOf: this.ledger.clock.nowIso(), most: mostListed };
    const frozen = await listStore.freeze(this.database, of, conditions, sort);
    return { listId: of.listId, ...frozen, asOf: of.asOf };
  }

  /** Rows by their place. A list that is forgotten, or somebody else's, is not there. */
  @Get(':id/rows')
  @Allow('case.read')
  @Answers(rowsAnswer)
  async rows(
    @Param('id', caseId) id: string,
    @Query({ schema: slice }) { from, count }: z.infer<typeof slice>,
    @CurrentActor() actor: Actor,
  ) {
    const open = await listStore.slice(this.database, id, actor.sub, from, count);
    if (open === null) throw problem('not-found', 'This list is no longer kept: open it again.');
    const rows = await listStore.cases(this.database, actor, open.caseIds);
    const views = await this.views.of(rows);
    const places = new Map(open.caseIds.map((one, i) => [one, from + i]));
    const items = views.map((view, i) => rowOf(view, places.get(view.caseId) ?? 0, rows[i]?.holds ?? []));
    return { total: open.total, items, gone: open.caseIds.length - items.length };
  }
}
