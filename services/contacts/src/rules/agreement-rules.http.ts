import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { contactors } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';
import { IdempotencyKey, idempotent, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { boundRules } from '../gate/gate.service.js';
import { UnknownPack, type NamedRules } from '../gate/packs.js';
import type { GateParts } from '../gate/parts.js';
import { idParam, mustSeeAgreement } from '../http.js';
import { GATE } from '../tokens.js';
import { askForRules, decideRules } from './agreement-rules.service.js';
import { readAgreementRules, ruleChanges, type RuleChangeRow } from './agreement-rules.store.js';

const rulesInput = z
  .object({
    packs: z.array(z.string().min(1).max(60)).min(1).max(20).optional(),
    jurisdiction: z.string().min(2).max(10).optional(),
    /** As whom the contacts under this agreement are made. */
    actsAs: z.enum(contactors).default('firstParty'),
  })
  .refine(({ packs, jurisdiction }) => packs !== undefined || jurisdiction !== undefined, {
    message: 'name the packs, or the jurisdiction whose usual packs bind',
    path: ['packs'],
  });

/** Which rules bind an agreement. What is not set here the agreement itself names, or is usual where it is. */
@Controller('agreements/:id/rules')
export class AgreementRulesHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  /** Those in force, and every change that was ever asked for. */
  @Get()
  @Allow('agreement-rules.read')
  async read(@Param('id') agreementId: string, @CurrentActor() actor: Actor) {
    mustSeeAgreement(actor, agreementId);
    const { db } = this.gate;
    const row = await readAgreementRules(db, agreementId);
    const changes = (await ruleChanges(db, agreementId)).map(view);
    if (row === null) {
      const nothing = { packs: null, jurisdiction: null, actsAs: 'firstParty' as const };
      return { agreementId, ...nothing, version: 0, inForce: this.inForce(nothing), changes };
    }
    return { ...row, changedAt: row.changedAt.toISOString(), inForce: this.inForce(row), changes };
  }

  /** 202: a second person must decide. */
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
    const { packs = null, jurisdiction = null, actsAs } = input;
    const of = { key, actor, input: { agreementId, input }, route: 'PUT /agreements/:id/rules', status: 202 };
    await this.give(of, response, (tx) =>
      askForRules(tx, this.gate, { agreementId, packs, jurisdiction, actsAs, actor: actor.sub }),
    );
  }

  @Post('changes/:changeId/approve')
  @Allow('agreement-rules.decide')
  approve(
    @Param('id') agreementId: string,
    @Param('changeId', idParam) changeId: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    return this.decide({ agreementId, changeId, decision: 'approve', key, actor }, response);
  }

  @Post('changes/:changeId/refuse')
  @Allow('agreement-rules.decide')
  refuse(
    @Param('id') agreementId: string,
    @Param('changeId', idParam) changeId: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    return this.decide({ agreementId, changeId, decision: 'refuse', key, actor }, response);
  }

  private async decide(
    of: { agreementId: string; changeId: string; decision: 'approve' | 'refuse'; key: string; actor: Actor },
    response: Response,
  ): Promise<void> {
    const { agreementId, changeId, decision, key, actor } = of;
    mustSeeAgreement(actor, agreementId);
    const route = `POST /agreements/:id/rules/changes/:changeId/${decision}`;
    await this.give({ key, actor, input: { agreementId, changeId }, route, status: 200 }, response, (tx) =>
      decideRules(tx, this.gate, { agreementId, changeId, decision, actor: actor.sub }),
    );
  }

  private async give(
    of: { key: string; actor: Actor; input: unknown; route: string; status: number },
    response: Response,
    work: (tx: Tx) => Promise<RuleChangeRow>,
  ): Promise<void> {
    const { key, actor, input, route, status } = of;
    const answer = await idempotent(this.gate.db, { key, actor: actor.sub, route, input }, async (tx) => ({
      status,
      body: view(await work(tx)),
    }));
    sendAnswer(response, answer);
  }

  /** What binds, as the gate takes it; nothing where a pack that was named is no more: then nobody is contacted. */
  private inForce(rules: NamedRules) {
    const bound = boundRules(this.gate.rules, { rules, facts: null });
    return bound instanceof UnknownPack ? [] : bound.packs.versions;
  }
}

function view(row: RuleChangeRow) {
  return {
    ...row,
    requestedAt: row.requestedAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
