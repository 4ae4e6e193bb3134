import { Allow, CurrentActor, seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { decodeCursor, IdempotencyKey, idempotent, page, paging, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { releaseForAgreements } from '../intake/parked.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { agreementInput, type Agreement } from './agreement.js';
import { createAgreement } from './agreement.service.js';
import { agreementStore } from './agreement.store.js';

const listQuery = z.object(paging);
const place = z.object({ id: z.string().max(200) });

@Controller('agreements')
export class AgreementController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** Creates it and lets through what was parked for want of it. The same content again is the same agreement. */
  @Post()
  @Allow('agreement.create')
  async create(
    @Body({ schema: agreementInput }) input: Agreement,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    if (!seesAgreement(actor, input.agreementId)) throw problem('not-allowed', 'The agreement is out of your scope.');
    const command = { key, actor: actor.sub, route: 'POST /agreements', input };
    const answer = await idempotent(this.database, command, (tx) => createAgreement(tx, this.ledger, input, actor.sub));
    await releaseForAgreements(this.database);
    sendAnswer(response, answer);
  }

  @Get()
  @Allow('agreement.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>, @CurrentActor() actor: Actor) {
    const after = query.cursor === undefined ? '' : decodeCursor(place, query.cursor).id;
    const rows = await agreementStore.list(this.database, visibleAgreements(actor), after, query.limit + 1);
    return page(rows, query.limit, (row) => ({ id: row.agreementId }));
  }

  @Get(':agreementId')
  @Allow('agreement.read')
  async one(@Param('agreementId') agreementId: string, @CurrentActor() actor: Actor) {
    const found = seesAgreement(actor, agreementId) ? await agreementStore.find(this.database, agreementId) : null;
    if (found === null) throw problem('not-found', 'There is no such agreement, or it is out of your scope.');
    return found;
  }
}
