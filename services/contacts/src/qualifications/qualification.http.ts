import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { proof } from '../http.js';
import { GATE } from '../tokens.js';
import { contractTerms, yearlyFault } from './qualification.js';
import { readAgency, readCollector, saveAgency, saveCollector } from './qualification.store.js';

/** `sub` of the collector's login, or the id of an agency. */
const subject = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:@._-]{0,99}$/);
const until = z.iso.date();
const collectorInput = z.object({
  agencyId: subject.optional(),
  trainedUntil: until,
  certificate: proof,
  violentRecord: z.boolean(),
});
const agencyInput = z.object({
  listed: z.boolean(),
  publishedOn: z.iso.date().optional(),
  inspectedUntil: until.optional(),
  evaluatedUntil: until.optional(),
  contractTerms: z.array(z.enum(contractTerms)).max(contractTerms.length).default([]),
});

/** Facts that a permit of a person or an agency needs; of whom nothing is entered, nothing is known, and nothing allowed. */
@Controller()
export class QualificationHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get('collectors/:id/qualification')
  @Allow('qualification.read')
  async collector(@Param('id') id: string) {
    const row = await readCollector(this.gate.db, idOf(id));
    if (row === null) throw problem('not-found', 'Nothing is entered of this collector.');
    return row;
  }

  @Put('collectors/:id/qualification')
  @Allow('qualification.change')
  async qualify(
    @Param('id') id: string,
    @Body({ schema: collectorInput }) input: z.infer<typeof collectorInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const collectorId = idOf(id);
    yearly(clock, { trainedUntil: input.trainedUntil });
    // Nobody certifies himself.
    if (collectorId === actor.sub) throw problem('not-allowed', 'Nobody enters his own qualification.');
    const command = {
      key,
      actor: actor.sub,
      route: 'PUT /collectors/:id/qualification',
      input: { collectorId, input },
    };
    const answer = await idempotent(db, command, async (tx) => {
      const { agencyId = null, ...rest } = input;
      const body = await saveCollector(tx, { collectorId, agencyId, ...rest, by: actor.sub, at: clock.nowIso() });
      return { status: 200, body };
    });
    sendAnswer(response, answer);
  }

  @Get('agencies/:id')
  @Allow('qualification.read')
  async agency(@Param('id') id: string) {
    const row = await readAgency(this.gate.db, idOf(id));
    if (row === null) throw problem('not-found', 'Nothing is entered of this agency.');
    return row;
  }

  @Put('agencies/:id')
  @Allow('agency.change')
  async list(
    @Param('id') id: string,
    @Body({ schema: agencyInput }) input: z.infer<typeof agencyInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const agencyId = idOf(id);
    yearly(clock, { inspectedUntil: input.inspectedUntil, evaluatedUntil: input.evaluatedUntil });
    const command = { key, actor: actor.sub, route: 'PUT /agencies/:id', input: { agencyId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      const { listed, publishedOn = null, inspectedUntil = null, evaluatedUntil = null } = input;
      const terms = contractTerms.filter((term) => input.contractTerms.includes(term));
      const content = { agencyId, listed, publishedOn, inspectedUntil, evaluatedUntil, contractTerms: terms };
      return { status: 200, body: await saveAgency(tx, { ...content, by: actor.sub, at: clock.nowIso() }) };
    });
    sendAnswer(response, answer);
  }
}

/** @throws ProblemError `invalid-input` for what would not be renewed within a year */
function yearly(clock: Clock, dates: Record<string, string | undefined>): void {
  const today = clock.nowIso().slice(0, 10);
  const errors = Object.entries(dates).flatMap(([path, until]) => {
    const message = yearlyFault(until, today);
    return message === null ? [] : [{ path, message }];
  });
  if (errors.length > 0) throw problem('invalid-input', 'This must be renewed each year.', errors);
}

function idOf(text: string): string {
  if (!subject.safeParse(text).success) throw problem('not-found', 'There is no such collector or agency.');
  return text;
}
