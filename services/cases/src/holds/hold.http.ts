import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { IdempotencyKey, problem, sendAnswer } from '@arrears/service';
import { allowedDuring } from '@arrears/treatment';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { caseReads } from '../cases/case.reads.js';
import type { Change } from '../cases/changes.js';
import { giveCommand } from '../commands/give-command.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { holdInput, type HoldInput } from './hold.js';
import { placeHold } from './hold.service.js';
import { holdStore } from './hold.store.js';

@Controller('cases/:id/holds')
export class HoldController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @Get()
  @Allow('hold.read')
  async list(@Param('id', caseId) id: string, @CurrentActor() actor: Actor) {
    await caseReads.mustSee(this.database, id, actor);
    const rows = await holdStore.list(this.database, id);
    const items = rows.map((row) => ({
      holdId: row.hold_id,
      kind: row.kind,
      effects: row.effects,
      allows: allowedDuring(row.kind, row.allows),
      accounts: row.accounts,
      persons: row.persons,
      from: row.from_at.toISOString(),
      until: row.until_at?.toISOString() ?? null,
      liftedAt: row.lifted_at?.toISOString() ?? null,
    }));
    return { items, nextCursor: null };
  }

  @Post()
  @Allow('hold.place')
  async place(
    @Param('id', caseId) id: string,
    @Body({ schema: holdInput }) input: HoldInput,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const answer = await giveCommand(this.database, this.ledger, {
      name: 'hold',
      key,
      route: 'POST /cases/:id/holds',
      caseId: id,
      actor,
      input,
      work: async (tx, { agreement }) => {
        const { holdId, change } = await placeHold(tx, this.ledger, { caseId: id, agreement, input, actor: actor.sub });
        return { changes: [change], result: { holdId } };
      },
    });
    sendAnswer(response, answer);
  }

  @Post(':holdId/lift')
  @Allow('hold.lift')
  async lift(
    @Param('id', caseId) id: string,
    @Param('holdId', caseId) holdId: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const answer = await giveCommand(this.database, this.ledger, {
      name: 'lift',
      key,
      route: 'POST /cases/:id/holds/:holdId/lift',
      caseId: id,
      actor,
      input: { holdId },
      work: async (tx) => {
        const hold = await holdStore.find(tx, id, holdId);
        if (hold === null) throw problem('not-found', 'The case has no such hold.');
        if (hold.lifted_at !== null) throw problem('conflict', 'The hold was lifted before.');
        await holdStore.lift(tx, holdId, this.ledger.clock.nowIso(), actor.sub);
        const fields = { holdId, kind: hold.kind };
        const changes: Change[] = [{ what: 'hold-lifted', fields, voids: hold.effects.includes('contact') }];
        return { changes, result: { holdId } };
      },
    });
    sendAnswer(response, answer);
  }
}
