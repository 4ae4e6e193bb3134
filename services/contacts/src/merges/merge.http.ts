import { Allow, CurrentActor, visibleAgreements, type Actor } from '@arrears/auth';
import type { Tx } from '@arrears/persistence';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { code, idParam, mustSeePerson, proof } from '../http.js';
import { GATE } from '../tokens.js';
import { askForMerge, askForSplit, decideMergeRequest, decideSplitRequest, previewMerge } from './merge.service.js';
import { readMerge, type MergeRow } from './merge.store.js';

const members = z.array(z.uuid()).min(2).max(20);
const previewInput = z.object({ personIds: members });
const mergeInput = z.object({ personIds: members, reason: code, evidence: proof.optional() });
const splitInput = z.object({ reason: code });
const decisionInput = z.object({ decision: z.enum(['approve', 'refuse']) });

/** Persons who are one human, and the way back. Both with four eyes. */
@Controller('person-merges')
export class MergeHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Post('preview')
  @HttpCode(200)
  @Allow('person-merge.read')
  async preview(@Body({ schema: previewInput }) input: z.infer<typeof previewInput>, @CurrentActor() actor: Actor) {
    const { db, clock } = this.gate;
    await mustSeeAll(db, actor, input.personIds);
    return previewMerge(db, clock, { personIds: input.personIds, agreements: visibleAgreements(actor) });
  }

  @Get(':id')
  @Allow('person-merge.read')
  async read(@Param('id', idParam) mergeId: string, @CurrentActor() actor: Actor) {
    return view(await mustSee(this.gate.db, actor, mergeId));
  }

  @Post()
  @Allow('person-merge.request')
  async request(
    @Body({ schema: mergeInput }) input: z.infer<typeof mergeInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const answer = await idempotent(db, { key, actor: actor.sub, route: 'POST /person-merges', input }, async (tx) => {
      await mustSeeAll(tx, actor, input.personIds);
      const { personIds, reason, evidence = null } = input;
      return { status: 202, body: await askForMerge(tx, clock, { personIds, reason, evidence, actor: actor.sub }) };
    });
    sendAnswer(response, answer);
  }

  @Post(':id/decision')
  @Allow('person-merge.decide')
  async decide(
    @Param('id', idParam) mergeId: string,
    @Body({ schema: decisionInput }) input: z.infer<typeof decisionInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    await this.give({ mergeId, key, actor, input, route: 'POST /person-merges/:id/decision' }, response, (tx) =>
      decideMergeRequest(tx, this.gate.clock, { mergeId, decision: input.decision, actor: actor.sub }),
    );
  }

  @Post(':id/split')
  @Allow('person-merge.request')
  async split(
    @Param('id', idParam) mergeId: string,
    @Body({ schema: splitInput }) input: z.infer<typeof splitInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    await this.give({ mergeId, key, actor, input, route: 'POST /person-merges/:id/split' }, response, (tx) =>
      askForSplit(tx, this.gate.clock, { mergeId, reason: input.reason, actor: actor.sub }),
    );
  }

  @Post(':id/split/decision')
  @Allow('person-merge.decide')
  async decideSplit(
    @Param('id', idParam) mergeId: string,
    @Body({ schema: decisionInput }) input: z.infer<typeof decisionInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    await this.give({ mergeId, key, actor, input, route: 'POST /person-merges/:id/split/decision' }, response, (tx) =>
      decideSplitRequest(tx, this.gate.clock, { mergeId, decision: input.decision, actor: actor.sub }),
    );
  }

  private async give(
    of: { mergeId: string; key: string; actor: Actor; input: unknown; route: string },
    response: Response,
    work: (tx: Tx) => Promise<MergeRow>,
  ): Promise<void> {
    const { mergeId, key, actor, input, route } = of;
    const command = { key, actor: actor.sub, route, input: { mergeId, input } };
    const answer = await idempotent(this.gate.db, command, async (tx) => {
      await mustSee(tx, actor, mergeId);
      return { status: 200, body: view(await work(tx)) };
    });
    sendAnswer(response, answer);
  }
}

async function mustSeeAll(tx: Tx, actor: Actor, personIds: readonly string[]): Promise<void> {
  for (const personId of personIds) await mustSeePerson(tx, actor, personId);
}

async function mustSee(tx: Tx, actor: Actor, mergeId: string): Promise<MergeRow> {
  const merge = await readMerge(tx, mergeId);
  if (merge === null) throw problem('not-found', 'There is no such merge, or it is out of your scope.');
  await mustSeeAll(tx, actor, merge.members);
  return merge;
}

function view(row: MergeRow) {
  return {
    ...row,
    requestedAt: row.requestedAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    splitRequestedAt: row.splitRequestedAt?.toISOString() ?? null,
    splitAt: row.splitAt?.toISOString() ?? null,
  };
}
