import { appendJournal } from '@arrears/audit';
import { Allow, CurrentActor, visibleAgreements, type Actor } from '@arrears/auth';
import { instant } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import { decodeCursor, IdempotencyKey, page, paging, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { giveCommand } from '../commands/give-command.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { reviewStore, type WorkItem } from './review.store.js';

const listQuery = z.object({ ...paging, role: z.string().max(40).optional(), caseId: z.uuid().optional() });
const place = z.object({ due: instant, id: z.string().max(300) });
const answerInput = z.strictObject({ outcome: z.string().min(1).max(100) });

@Controller('reviews')
export class ReviewController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @Get()
  @Allow('review.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>, @CurrentActor() actor: Actor) {
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const { role = null, caseId: of = null, limit } = query;
    const rows = await reviewStore.list(this.database, {
      scope: visibleAgreements(actor),
      role,
      caseId: of,
      after,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, (row) => ({ due: row.due.toISOString(), id: row.id }));
    return { items: items.map(view), nextCursor };
  }

  @Post(':id/answer')
  @Allow('review.answer')
  async answer(
    @Param('id', caseId) id: string,
    @Body({ schema: answerInput }) input: z.infer<typeof answerInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const found = await reviewStore.find(this.database, id);
    if (found === null) throw problem('not-found', 'There is no such review, or it is out of your scope.');
    const answer = await giveCommand(this.database, this.ledger, {
      name: 'answer-review',
      key,
      route: 'POST /reviews/:id/answer',
      caseId: found.case_id,
      actor,
      input: { reviewId: id, ...input },
      work: async (tx) => {
        // Read again under the lock of the case: the deadline may have answered meanwhile.
        const review = await reviewStore.find(tx, id);
        if (review === null || review.status !== 'open') throw problem('conflict', 'The review is no longer open.');
        if (!review.outcomes.includes(input.outcome))
          throw problem('conflict', `Answer with one of: ${review.outcomes.join(', ')}.`);
        const at = this.ledger.clock.nowIso();
        await reviewStore.answer(tx, review, input.outcome, at, actor.sub);
        const data = { reviewId: id, step: review.step, outcome: input.outcome };
        await appendJournal(tx, { caseId: review.case_id, kind: 'review-answered', at, actor: actor.sub, data });
        return { changes: [], result: { reviewId: id, outcome: input.outcome } };
      },
    });
    sendAnswer(response, answer);
  }
}

function view(row: WorkItem) {
  const common = {
    kind: row.kind,
    caseId: row.case_id,
    step: row.step,
    role: row.role,
    since: row.since.toISOString(),
  };
  if (row.kind === 'attention') return { ...common, code: row.code };
  return { ...common, reviewId: row.id, outcomes: row.outcomes, deadline: row.due.toISOString() };
}
