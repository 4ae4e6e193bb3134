import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { newId } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';
import { IdempotencyKey, problem, sendAnswer } from '@arrears/service';
import { allowedDuring } from '@arrears/treatment';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Agreement } from '../agreements/agreement.js';
import { caseReads } from '../cases/case.reads.js';
import type { Change } from '../cases/changes.js';
import { giveCommand, type CommandEffect } from '../commands/give-command.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { holdInput, shapeHold, type HoldInput } from './hold.js';
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
      work: (tx, { agreement }) => this.placed(tx, id, input, agreement, actor),
    });
    sendAnswer(response, answer);
  }

  private async placed(
    tx: Tx,
    id: string,
    input: HoldInput,
    agreement: Agreement,
    actor: Actor,
  ): Promise<CommandEffect> {
    const known = await holdStore.known(tx, id);
    const stranger = [
      ...(input.accounts ?? []).filter((account) => !known.accounts.includes(account)),
      ...(input.persons ?? []).filter((person) => !known.persons.includes(person)),
    ];
    if (stranger.length > 0)
      throw problem('conflict', 'The hold names an account or a person that is not part of the case.');
    const [pin] = known.pins;
    const policy =
      pin === undefined ? null : this.ledger.policies.get({ policyId: pin.policy_id, version: pin.policy_version });
    const rule = policy?.holds.find((one) => one.kind === input.kind);
    const { port } = this.ledger.calendarOf(agreement);
    const shape = shapeHold(input, rule, this.ledger.clock.now(), (at, span) => port.add(at, span));
    if ('refused' in shape) throw problem('conflict', shape.refused);
    const holdId: string = newId<'HoldId'>();
    await holdStore.insert(tx, { holdId, caseId: id, input, shape, at: this.ledger.clock.nowIso(), actor: actor.sub });
    const fields = { holdId, kind: input.kind };
    return { changes: [{ what: 'hold-placed', fields, voids: shape.effects.includes('contact') }], result: { holdId } };
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
