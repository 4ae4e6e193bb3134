import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { Allow, CurrentActor, Open, visibleAgreements, type Actor } from '@arrears/auth';
import { decodeCursor, invalidInput, page, paging, problem, ProblemError, type ArrearsRequest } from '@arrears/service';
import { z } from 'zod';
import type { Door } from '../receipts/door.js';
import { requireSignature } from '../receipts/signed-provider.js';
import { DOOR, INBOUND, RECEIPT_SECRETS, type InboundDoor, type ReceiptSecrets } from '../tokens.js';
import { inboundSchema, takeInbound } from './inbound.service.js';
import { listUnknownSenders } from './inbound.store.js';

const listQuery = z.object({ ...paging, known: z.literal('false') });
const place = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** Where providers bring what persons answer. No token: the signature over the very bytes is the proof. */
@Controller('inbound')
export class InboundHttp {
  constructor(
    @Inject(INBOUND) private readonly inbound: InboundDoor,
    @Inject(RECEIPT_SECRETS) private readonly secrets: ReceiptSecrets,
    @Inject(DOOR) private readonly door: Door,
  ) {}

  @Post(':provider')
  @HttpCode(200)
  @Open('a provider signs what it brings')
  async take(@Param('provider') provider: string, @Req() request: ArrearsRequest, @Body() body: unknown) {
    const known = this.secrets.has(provider) ? provider : 'other';
    try {
      requireSignature(this.secrets, provider, request, this.inbound.clock);
      const answer = await this.taken(provider, body);
      this.door.note({ what: 'inbound', provider: known, outcome: answer });
      return { answer };
    } catch (error) {
      if (error instanceof ProblemError) this.door.refused({ what: 'inbound', provider: known, outcome: error.code });
      throw error;
    }
  }

  /** What came from numbers and addresses that we know nobody by; what it says stays sealed. */
  @Get()
  @Allow('inbound.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>, @CurrentActor() actor: Actor) {
    // It belongs to no agreement yet, so only who sees every agreement sees it.
    if (visibleAgreements(actor) !== null) return { items: [], nextCursor: null };
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const rows = await listUnknownSenders(this.inbound.db, { after, limit: query.limit + 1 });
    return page(rows, query.limit, (row) => ({ at: row.receivedAt.toISOString(), id: row.inboundId }));
  }

  private async taken(provider: string, body: unknown) {
    const inbound = inboundSchema.safeParse(body);
    if (!inbound.success) throw invalidInput(inbound.error.issues);
    const channel = this.inbound.channelOf(provider);
    if (channel === undefined) throw problem('not-found', 'There is no such provider.');
    const answer = await takeInbound(this.inbound, { id: provider, channel }, inbound.data);
    if (answer === 'from-the-future')
      throw problem('invalid-input', 'It tells of a time that has not come.', [
        { path: 'at', message: 'not later than now' },
      ]);
    return answer;
  }
}
