import { Allow, CurrentActor, seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { agreementsOf } from '../concerned.store.js';
import { idParam, mustSeeAgreement, mustSeePerson, proof } from '../http.js';
import { GATE } from '../tokens.js';
import { consentKinds } from './consent.js';
import { giveConsent, withdraw } from './consent.service.js';
import { listConsents, readConsent, readHistory } from './consent.store.js';

const consentInput = z.object({
  agreementId: z.string().min(1).max(200),
  kind: z.enum(consentKinds),
  contactPointId: z.uuid().optional(),
  givenAt: z.iso.datetime({ offset: true }),
  proof,
});
const withdrawalInput = z.object({ proof: proof.optional() });

@Controller()
export class ConsentHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  /** Those in force and those withdrawn, and everything that was ever said about them. */
  @Get('persons/:id/consents')
  @Allow('person.read')
  async list(@Param('id', idParam) personId: string, @CurrentActor() actor: Actor) {
    const { db } = this.gate;
    await mustSeePerson(db, actor, personId);
    const visible = visibleAgreements(actor);
    const items = (await listConsents(db, personId, visible)).map((consent) => ({
      ...consent,
      givenAt: consent.givenAt.toISOString(),
      withdrawnAt: consent.withdrawnAt?.toISOString() ?? null,
    }));
    const history = (await readHistory(db, personId, visible)).map((one) => ({ ...one, at: one.at.toISOString() }));
    return { items, history, nextCursor: null };
  }

  @Post('persons/:id/consents')
  @Allow('consent.record')
  async give(
    @Param('id', idParam) personId: string,
    @Body({ schema: consentInput }) input: z.infer<typeof consentInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    mustSeeAgreement(actor, input.agreementId);
    const command = { key, actor: actor.sub, route: 'POST /persons/:id/consents', input: { personId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      if (!(await agreementsOf(tx, [personId])).includes(input.agreementId))
        throw problem('not-found', 'This person is not known under this agreement.');
      const { agreementId, kind, contactPointId = null, givenAt, proof } = input;
      const given = { personId, agreementId, kind, contactPointId, givenAt, proof, actor: actor.sub };
      return { status: 201, body: await giveConsent(tx, clock, given) };
    });
    sendAnswer(response, answer);
  }

  @Post('consents/:id/withdraw')
  @Allow('consent.withdraw')
  async withdraw(
    @Param('id', idParam) consentId: string,
    @Body({ schema: withdrawalInput }) input: z.infer<typeof withdrawalInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const command = { key, actor: actor.sub, route: 'POST /consents/:id/withdraw', input: { consentId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      const found = await readConsent(tx, consentId);
      if (found === null || !seesAgreement(actor, found.agreementId))
        throw problem('not-found', 'There is no such consent, or it is out of your scope.');
      return {
        status: 200,
        body: await withdraw(tx, clock, { consentId, proof: input.proof ?? null, actor: actor.sub }),
      };
    });
    sendAnswer(response, answer);
  }
}
