import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database, Tx } from '@arrears/persistence';
import { decodeCursor, encodeCursor, IdempotencyKey, idempotent, page, paging, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, HttpCode, Inject, Param, ParseIntPipe, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { instant } from '@arrears/contracts';
import { z } from 'zod';
import { caseId as uuidParam, policyFile } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { mostRate, moveFilter } from './move.js';
import {
  approveMove,
  cancelMove,
  dryRun,
  dryRunOfFile,
  moveView,
  mustFind,
  requestMove,
  undoMove,
} from './move.service.js';
import { moveStore, type MoveRow } from './move.store.js';

const reason = z.string().trim().min(3).max(500);
const moveInput = z.strictObject({
  from: z.int().min(1),
  filter: moveFilter.default({}),
  dryRun: z.boolean().default(false),
  rate: z.int().min(1).max(mostRate).optional(),
  reason,
});
const fileInput = z.strictObject({ ...policyFile, from: z.int().min(1), filter: moveFilter.default({}) });
type MoveInput = z.infer<typeof moveInput>;
const undoInput = z.strictObject({ reason });
const pageQuery = z.object(paging);
type PageQuery = z.infer<typeof pageQuery>;
const place = z.object({ at: instant, id: z.uuid() });
const itemPlace = z.object({ after: z.int().min(0) });

/** Live cases from one version of a policy to another: seen beforehand, asked for, approved, carried out, undone. */
@Controller()
export class MoveController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @Post('policies/:policyId/versions/:version/moves')
  @Allow('policy-move.request')
  async move(
    @Param('policyId') policyId: string,
    @Param('version', ParseIntPipe) to: number,
    @Body({ schema: moveInput }) input: MoveInput,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { from, filter, rate } = input;
    const asked = { policyId, from, to, filter, rate, reason: input.reason, actor };
    if (input.dryRun) {
      response.status(200).json(await dryRun(this.database, this.ledger, asked));
      return;
    }
    const route = 'POST /policies/:policyId/versions/:version/moves';
    await this.command(response, { key, route, actor, input: { policyId, to, input } }, (tx) =>
      requestMove(tx, this.ledger, asked),
    );
  }

  /** What a file would do if it were published and cases were moved to it. Nothing is stored. */
  @Post('policies/dry-runs')
  @HttpCode(200)
  @Allow('policy-move.request')
  async dryRunOfFile(@Body({ schema: fileInput }) input: z.infer<typeof fileInput>, @CurrentActor() actor: Actor) {
    const { yaml: text, file, from, filter } = input;
    return dryRunOfFile(this.database, this.ledger, { text, file, from, filter, actor });
  }

  @Get('policy-moves')
  @Allow('policy-move.read')
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const rows = await moveStore.list(this.database, after, query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit, (row) => ({
      at: row.requested_at.toISOString(),
      id: row.move_id,
    }));
    return { items: items.map(moveView), nextCursor };
  }

  @Get('policy-moves/:id')
  @Allow('policy-move.read')
  async one(@Param('id', uuidParam) id: string) {
    const move = await mustFind(this.database, id);
    return { ...moveView(move), items: await moveStore.counts(this.database, id) };
  }

  /** What became of each case. */
  @Get('policy-moves/:id/items')
  @Allow('policy-move.read')
  async items(@Param('id', uuidParam) id: string, @Query({ schema: pageQuery }) query: PageQuery) {
    await mustFind(this.database, id);
    const after = query.cursor === undefined ? 0 : decodeCursor(itemPlace, query.cursor).after;
    const rows = await moveStore.items(this.database, id, after, query.limit + 1);
    const shown = rows.slice(0, query.limit);
    const items = shown.map(({ case_id: caseId, status, detail, ended_at: endedAt }) => ({
      caseId,
      status,
      detail,
      endedAt: endedAt?.toISOString() ?? null,
    }));
    const last = shown.at(-1);
    const more = rows.length > query.limit && last !== undefined;
    return { items, nextCursor: more ? encodeCursor({ after: last.item_no }) : null };
  }

  @Post('policy-moves/:id/approve')
  @Allow('policy-move.approve')
  async approve(
    @Param('id', uuidParam) id: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const command = { key, route: 'POST /policy-moves/:id/approve', actor, input: { id } };
    await this.command(response, command, (tx) => approveMove(tx, this.ledger, id, actor));
  }

  @Post('policy-moves/:id/cancel')
  @Allow('policy-move.cancel')
  async cancel(
    @Param('id', uuidParam) id: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const command = { key, route: 'POST /policy-moves/:id/cancel', actor, input: { id } };
    await this.command(response, command, (tx) => cancelMove(tx, this.ledger, id));
  }

  @Post('policy-moves/:id/undo')
  @Allow('policy-move.request')
  async undo(
    @Param('id', uuidParam) id: string,
    @Body({ schema: undoInput }) input: z.infer<typeof undoInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const command = { key, route: 'POST /policy-moves/:id/undo', actor, input: { id, ...input } };
    await this.command(response, command, (tx) => undoMove(tx, this.ledger, id, { reason: input.reason, actor }));
  }

  private async command(
    response: Response,
    of: { key: string; route: string; actor: Actor; input: unknown },
    work: (tx: Tx) => Promise<MoveRow>,
  ): Promise<void> {
    const command = { key: of.key, actor: of.actor.sub, route: of.route, input: of.input };
    const answer = await idempotent(this.database, command, async (tx) => ({
      status: 202,
      body: moveView(await work(tx)),
    }));
    sendAnswer(response, answer);
  }
}
