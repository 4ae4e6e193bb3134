import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { IdempotencyKey, idempotent, sendAnswer } from '@arrears/service';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { code, idParam, mustSeePerson, proof } from '../http.js';
import { GATE } from '../tokens.js';
import { askForStatus, decideStatus } from './status.service.js';
import { personStatuses } from './status.js';
import { statusHistory, type StatusChangeRow } from './status.store.js';

const statusInput = z.object({ to: z.enum(personStatuses), reason: code, evidence: proof.optional() });

@Controller('persons/:id/status')
export class StatusHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get()
  @Allow('person.read')
  async history(@Param('id', idParam) personId: string, @CurrentActor() actor: Actor) {
    const { db } = this.gate;
    await mustSeePerson(db, actor, personId);
    return { items: (await statusHistory(db, personId)).map(view), nextCursor: null };
  }

  /** 200: in force. 202: a second person must decide. */
  @Post()
  @Allow('person-status.change')
  async change(
    @Param('id', idParam) personId: string,
    @Body({ schema: statusInput }) input: z.infer<typeof statusInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const { db, clock } = this.gate;
    const command = { key, actor: actor.sub, route: 'POST /persons/:id/status', input: { personId, input } };
    const answer = await idempotent(db, command, async (tx) => {
      await mustSeePerson(tx, actor, personId);
      const { to, reason, evidence = null } = input;
      const row = await askForStatus(tx, clock, { personId, to, reason, evidence, actor: actor.sub });
      return { status: row.state === 'applied' ? 200 : 202, body: view(row) };
    });
    sendAnswer(response, answer);
  }

  @Post(':changeId/approve')
  @Allow('person-status.decide')
  approve(
    @Param('id', idParam) personId: string,
    @Param('changeId', idParam) changeId: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    return this.decide({ personId, changeId, decision: 'approve', key, actor }, response);
  }

  @Post(':changeId/refuse')
  @Allow('person-status.decide')
  refuse(
    @Param('id', idParam) personId: string,
    @Param('changeId', idParam) changeId: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    return this.decide({ personId, changeId, decision: 'refuse', key, actor }, response);
  }

  private async decide(
    of: { personId: string; changeId: string; decision: 'approve' | 'refuse'; key: string; actor: Actor },
    response: Response,
  ): Promise<void> {
    const { personId, changeId, decision, key, actor } = of;
    const { db, clock } = this.gate;
    const route = `POST /persons/:id/status/:changeId/${decision}`;
    const answer = await idempotent(db, { key, actor: actor.sub, route, input: { personId, changeId } }, async (tx) => {
      await mustSeePerson(tx, actor, personId);
      return {
        status: 200,
        body: view(await decideStatus(tx, clock, { personId, changeId, decision, actor: actor.sub })),
      };
    });
    sendAnswer(response, answer);
  }
}

function view(row: StatusChangeRow) {
  return {
    ...row,
    requestedAt: row.requestedAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
