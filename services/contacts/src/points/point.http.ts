import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { seesAgreement } from '@arrears/auth';
import { readPhone } from '@arrears/contracts';
import { blindIndex } from '@arrears/persistence';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { idParam } from '../http.js';
import { GATE, ID_KEY } from '../tokens.js';
import { numberField } from '../persons/person-values.js';
import { invalidateNumber, numberFaults } from './invalidate.service.js';
import { findPoint, pointsWithNumber } from './point.store.js';

const invalidInput = z.object({ because: z.enum(numberFaults) });
const lookupInput = z.object({
  number: z.string().min(1).max(60),
  /** ISO 3166 alpha-2: how numbers without a country code are read. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
});

@Controller('contact-points')
export class PointHttp {
  constructor(
    @Inject(GATE) private readonly gate: GateParts,
    @Inject(ID_KEY) private readonly idKey: Buffer,
  ) {}

  /** Whose number this is, in whatever spelling: for who answers a call. By POST, so that no number stands in a URL. */
  @Post('lookup')
  @HttpCode(200)
  @Allow('person.search')
  async lookup(@Body({ schema: lookupInput }) input: z.infer<typeof lookupInput>, @CurrentActor() actor: Actor) {
    const phone = readPhone(input.number, input.country);
    if (!phone.ok)
      throw problem('invalid-input', 'This is no phone number.', [{ path: 'number', message: phone.because }]);
    const index = blindIndex(this.idKey, numberField('mobile'), phone.e164).toString('hex');
    const found = await pointsWithNumber(this.gate.db, index);
    const items = found
      .filter(({ agreementId }) => seesAgreement(actor, agreementId))
      .map(({ contactPointId, personId, agreementId }) => ({ contactPointId, personId, agreementId }));
    return { items, nextCursor: null };
  }

  /** The number is dead for everybody who was known with it; one of a stranger is never dialled again. */
  @Post(':id/invalid')
  @Allow('contact-point.invalidate')
  async invalid(
    @Param('id', idParam) contactPointId: string,
    @Body({ schema: invalidInput }) input: z.infer<typeof invalidInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const command = {
      key,
      actor: actor.sub,
      route: 'POST /contact-points/:id/invalid',
      input: { contactPointId, input },
    };
    const answer = await idempotent(db, command, async (tx) => {
      const known = await findPoint(tx, contactPointId);
      if (!known.some(({ agreementId }) => seesAgreement(actor, agreementId)))
        throw problem('not-found', 'There is no such contact point, or it is out of your scope.');
      await invalidateNumber(tx, clock, { contactPointId, because: input.because, actor: actor.sub });
      return { status: 200, body: { contactPointId, valid: 'no', because: input.because } };
    });
    sendAnswer(response, answer);
  }
}
