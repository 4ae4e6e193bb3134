import { readJournalPage } from '@arrears/audit';
import { Allow, CurrentActor, seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import type { Tx } from '@arrears/persistence';
import { decodeCursor, IdempotencyKey, idempotent, page, paging, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { channelFacts } from '../gate/channels.js';
import type { GateParts } from '../gate/parts.js';
import { idParam } from '../http.js';
import { GATE } from '../tokens.js';
import { askForLift, askForStop, decideLift, decideStop } from './stop-order.service.js';
import { stopScopes } from './stop-order.js';
import { listStopOrders, readStopOrder, type StopOrderRow } from './stop-order.store.js';

const reason = z.string().trim().min(5).max(500);
const stopInput = z
  .object({ scope: z.enum(stopScopes), value: z.string().min(1).max(200).optional(), reason })
  .refine(({ scope, value }) => (scope === 'all') === (value === undefined), {
    message: 'every scope but `all` names what it stops',
    path: ['value'],
  })
  .refine(({ scope, value }) => scope !== 'channel' || Object.hasOwn(channelFacts, value ?? ''), {
    message: 'there is no such channel',
    path: ['value'],
  });
const decisionInput = z.object({ decision: z.enum(['approve', 'refuse']).default('approve') });
const liftInput = z.object({ reason });
const listQuery = z.object({
  state: z.enum(['requested', 'in-force', 'refused', 'lifted']).optional(),
  ...paging,
});
const place = z.object({ id: z.uuid() });

@Controller('stop-orders')
export class StopOrderHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get()
  @Allow('stop-order.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>, @CurrentActor() actor: Actor) {
    const before = query.cursor === undefined ? null : decodeCursor(place, query.cursor).id;
    const asked = { state: query.state ?? null, before, limit: query.limit + 1, agreements: visibleAgreements(actor) };
    const rows = await listStopOrders(this.gate.db, asked);
    return page(rows.map(view), query.limit, ({ stopOrderId }) => ({ id: stopOrderId }));
  }

  /** An order and everything that was done with it, as its journal tells. */
  @Get(':id')
  @Allow('stop-order.read')
  async read(@Param('id', idParam) stopOrderId: string, @CurrentActor() actor: Actor) {
    const { db } = this.gate;
    const row = await readStopOrder(db, stopOrderId);
    if (row === null || !seesOrder(actor, row))
      throw problem('not-found', 'There is no such stop order, or it is out of your scope.');
    const { entries, head } = await readJournalPage(db, stopOrderId, { after: 0, limit: 200 });
    return { ...view(row), journal: { items: entries, head } };
  }

  @Post()
  @Allow('stop-order.request')
  async request(
    @Body({ schema: stopInput }) input: z.infer<typeof stopInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    mayStop(actor, input);
    const { scope, value = null, reason } = input;
    await this.give({ key, actor, input, route: 'POST /stop-orders', status: 202 }, response, (tx) =>
      askForStop(tx, this.gate.clock, { scope, value, reason, actor: actor.sub }),
    );
  }

  @Post(':id/approve')
  @Allow('stop-order.decide')
  async approve(
    @Param('id', idParam) stopOrderId: string,
    @Body({ schema: decisionInput }) input: z.infer<typeof decisionInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const route = 'POST /stop-orders/:id/approve';
    await this.give({ key, actor, input: { stopOrderId, input }, route, status: 200 }, response, (tx) =>
      decideStop(tx, this.gate.clock, { stopOrderId, decision: input.decision, actor: actor.sub }),
    );
  }

  /** 202: it stays in force until a second person agrees. */
  @Post(':id/lift')
  @Allow('stop-order.lift')
  async lift(
    @Param('id', idParam) stopOrderId: string,
    @Body({ schema: liftInput }) input: z.infer<typeof liftInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const route = 'POST /stop-orders/:id/lift';
    await this.give({ key, actor, input: { stopOrderId, input }, route, status: 202 }, response, (tx) =>
      askForLift(tx, this.gate.clock, { stopOrderId, reason: input.reason, actor: actor.sub }),
    );
  }

  @Post(':id/lift/approve')
  @Allow('stop-order.lift')
  async approveLift(
    @Param('id', idParam) stopOrderId: string,
    @Body({ schema: decisionInput }) input: z.infer<typeof decisionInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const route = 'POST /stop-orders/:id/lift/approve';
    await this.give({ key, actor, input: { stopOrderId, input }, route, status: 200 }, response, (tx) =>
      decideLift(tx, this.gate.clock, { stopOrderId, decision: input.decision, actor: actor.sub }),
    );
  }

  private async give(
    of: { key: string; actor: Actor; input: unknown; route: string; status: number },
    response: Response,
    work: (tx: Tx) => Promise<StopOrderRow>,
  ): Promise<void> {
    const { key, actor, input, route, status } = of;
    const answer = await idempotent(this.gate.db, { key, actor: actor.sub, route, input }, async (tx) => {
      const row = await work(tx);
      mayStop(actor, row);
      return { status, body: view(row) };
    });
    sendAnswer(response, answer);
  }
}

/** An order of one client is for who sees that client; every other concerns everybody. */
function seesOrder(actor: Actor, { scope, value }: StopOrderRow): boolean {
  return scope !== 'client' || seesAgreement(actor, value ?? '');
}

/** Who sees some agreements only stops those only; everything else reaches further than he sees. */
function mayStop(actor: Actor, { scope, value }: { scope: string; value?: string | null | undefined }): void {
  const visible = visibleAgreements(actor);
  if (visible === null || (scope === 'client' && visible.includes(value ?? ''))) return;
  throw problem('not-allowed', 'This stop order reaches further than the agreements you see.');
}

function view(row: StopOrderRow) {
  return {
    ...row,
    requestedAt: row.requestedAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    liftRequestedAt: row.liftRequestedAt?.toISOString() ?? null,
    liftedAt: row.liftedAt?.toISOString() ?? null,
  };
}
