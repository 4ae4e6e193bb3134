import { Allow, CurrentActor, seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import { channels } from '@arrears/compliance';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { agreementsOf } from '../concerned.store.js';
import type { GateParts } from '../gate/parts.js';
import { idParam, mustSeeAgreement, mustSeePerson, proof } from '../http.js';
import { GATE } from '../tokens.js';
import { recordDemand, takeBackDemand } from './cease-demand.service.js';
import { demandsOf, readDemand, type CeaseDemandRow } from './cease-demand.store.js';

const demandInput = z.object({
  agreementId: z.string().min(1).max(200),
  channels: z
    .array(z.enum([...channels, 'all']))
    .min(1)
    .max(channels.length + 1),
  proof,
});
const withdrawalInput = z.object({ proof });

/** Written demands that contact cease. */
@Controller()
export class CeaseDemandHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get('persons/:id/cease-demands')
  @Allow('person.read')
  async list(@Param('id', idParam) personId: string, @CurrentActor() actor: Actor) {
    const { db } = this.gate;
    await mustSeePerson(db, actor, personId);
    return { items: (await demandsOf(db, personId, visibleAgreements(actor))).map(view), nextCursor: null };
  }

  @Post('persons/:id/cease-demands')
  @Allow('cease-demand.record')
  async demand(
    @Param('id', idParam) personId: string,
    @Body({ schema: demandInput }) input: z.infer<typeof demandInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    mustSeeAgreement(actor, input.agreementId);
    const command = { key, actor: actor.sub, route: 'POST /persons/:id/cease-demands', input: { personId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      if (!(await agreementsOf(tx, [personId])).includes(input.agreementId))
        throw problem('not-found', 'This person is not known under this agreement.');
      return { status: 201, body: view(await recordDemand(tx, clock, { personId, ...input, actor: actor.sub })) };
    });
    sendAnswer(response, answer);
  }

  @Post('cease-demands/:id/withdraw')
  @Allow('cease-demand.withdraw')
  async withdraw(
    @Param('id', idParam) demandId: string,
    @Body({ schema: withdrawalInput }) input: z.infer<typeof withdrawalInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const command = { key, actor: actor.sub, route: 'POST /cease-demands/:id/withdraw', input: { demandId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      const found = await readDemand(tx, demandId);
      if (found === null || !seesAgreement(actor, found.agreementId))
        throw problem('not-found', 'There is no such demand, or it is out of your scope.');
      const body = view(await takeBackDemand(tx, clock, { demandId, proof: input.proof, actor: actor.sub }));
      return { status: 200, body };
    });
    sendAnswer(response, answer);
  }
}

function view(row: CeaseDemandRow) {
  return { ...row, at: row.at.toISOString(), withdrawnAt: row.withdrawnAt?.toISOString() ?? null };
}
