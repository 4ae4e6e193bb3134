import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { defaultJurisdiction } from '@arrears/compliance';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { UnknownPack, type NamedRules } from '../gate/packs.js';
import { mustSeeAgreement } from '../http.js';
import { GATE } from '../tokens.js';
import { readAgreementRules, saveAgreementRules, type AgreementRulesRow } from './agreement-rules.store.js';

const rulesInput = z
  .object({
    packs: z.array(z.string().min(1).max(60)).min(1).max(20).optional(),
    jurisdiction: z.string().min(2).max(10).optional(),
  })
  .refine(({ packs, jurisdiction }) => packs !== undefined || jurisdiction !== undefined, {
    message: 'name the packs, or the jurisdiction whose usual packs bind',
    path: ['packs'],
  });

/** Which rules bind an agreement. What is not set here the agreement itself names, or is usual where it is. */
@Controller('agreements/:id/rules')
export class AgreementRulesHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get()
  @Allow('agreement-rules.read')
  async read(@Param('id') agreementId: string, @CurrentActor() actor: Actor) {
    mustSeeAgreement(actor, agreementId);
    const row = await readAgreementRules(this.gate.db, agreementId);
    return row === null
      ? {
          agreementId,
          packs: null,
          jurisdiction: null,
          version: 0,
          inForce: this.named({ packs: null, jurisdiction: null }),
        }
      : this.view(row);
  }

  @Put()
  @Allow('agreement-rules.change')
  async change(
    @Param('id') agreementId: string,
    @Body({ schema: rulesInput }) input: z.infer<typeof rulesInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    mustSeeAgreement(actor, agreementId);
    const { packs = null, jurisdiction = null } = input;
    this.named({ packs, jurisdiction });
    const { db, clock } = this.gate;
    const command = { key, actor: actor.sub, route: 'PUT /agreements/:id/rules', input: { agreementId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      const rules = { agreementId, packs, jurisdiction, by: actor.sub, at: clock.nowIso() };
      return { status: 200, body: this.view(await saveAgreementRules(tx, rules)) };
    });
    sendAnswer(response, answer);
  }

  private view(row: AgreementRulesRow) {
    const { packs, jurisdiction } = row;
    return { ...row, changedAt: row.changedAt.toISOString(), inForce: this.named({ packs, jurisdiction }) };
  }

  /** @throws ProblemError `invalid-input` naming what there is no pack for */
  private named(rules: NamedRules) {
    try {
      return this.gate.rules.of(rules).packs.versions;
    } catch (error) {
      if (!(error instanceof UnknownPack)) throw error;
      const path = rules.packs === null ? 'jurisdiction' : 'packs';
      throw problem(
        'invalid-input',
        `Nobody can be contacted by rules that do not exist (${defaultJurisdiction} has its own).`,
        [{ path, message: error.message }],
      );
    }
  }
}
