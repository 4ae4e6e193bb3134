import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { IdempotencyKey, idempotent, sendAnswer } from '@arrears/service';
import { Body, Controller, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { idParam, mustSeeAgreement, proof } from '../http.js';
import { GATE } from '../tokens.js';
import { recordRefusal } from './refusal.service.js';

const refusalInput = z.object({
  debtorId: z.uuid(),
  agreementId: z.string().min(1).max(200),
  caseId: z.uuid().optional(),
  evidence: proof.optional(),
});

@Controller('persons/:id/refusals')
export class RefusalHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  /** A third person asked not to be contacted. There is no way back. */
  @Post()
  @Allow('third-party.refuse')
  async refuse(
    @Param('id', idParam) personId: string,
    @Body({ schema: refusalInput }) input: z.infer<typeof refusalInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    mustSeeAgreement(actor, input.agreementId);
    const command = { key, actor: actor.sub, route: 'POST /persons/:id/refusals', input: { personId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      const { debtorId, agreementId, caseId = null, evidence = null } = input;
      const refusal = { personId, debtorId, agreementId, caseId, evidence, actor: actor.sub };
      return { status: 201, body: await recordRefusal(tx, clock, refusal) };
    });
    sendAnswer(response, answer);
  }
}
