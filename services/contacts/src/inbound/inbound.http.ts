import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { IdempotencyKey, idempotent, sendAnswer } from '@arrears/service';
import { newId } from '@arrears/contracts';
import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { mustSeeAgreement, mustSeePerson } from '../http.js';
import { GATE } from '../tokens.js';
import { recordInbound } from './inbound.service.js';
import { inboundChannels, inboundFits, inboundOutcomes } from './inbound.js';

const inboundInput = z
  .object({
    /** Of the telephone system, where it has one: the same call twice is once. */
    inboundId: z.uuid().optional(),
    personId: z.uuid(),
    debtorId: z.uuid(),
    agreementId: z.string().min(1).max(200),
    caseId: z.uuid().optional(),
    contactPointId: z.uuid().optional(),
    channel: z.enum(inboundChannels),
    outcome: z.enum(inboundOutcomes),
    at: z.iso.datetime({ offset: true }),
  })
  .refine(({ channel, outcome }) => inboundFits(channel, outcome), {
    message: 'a contact on this channel does not end so',
    path: ['outcome'],
  });

@Controller('contacts/inbound')
export class InboundHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Post()
  @Allow('inbound.record')
  async record(
    @Body({ schema: inboundInput }) input: z.infer<typeof inboundInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    mustSeeAgreement(actor, input.agreementId);
    const answer = await idempotent(
      db,
      { key, actor: actor.sub, route: 'POST /contacts/inbound', input },
      async (tx) => {
        await mustSeePerson(tx, actor, input.personId);
        const { inboundId = newId<'InboundId'>(), caseId = null, contactPointId = null, ...rest } = input;
        const inbound = { ...rest, inboundId, caseId, contactPointId, actor: actor.sub };
        return { status: 201, body: await recordInbound(tx, clock, inbound) };
      },
    );
    sendAnswer(response, answer);
  }
}
