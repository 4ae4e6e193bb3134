import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { IdempotencyKey, problem, sendAnswer } from '@arrears/service';
import { Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Ledger } from '../ledger.js';
import { recallAll } from '../cases/case.service.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { caseId } from '../http.js';
import { commandStore, commandView } from './command.store.js';
import { giveCommand } from './give-command.js';

@Controller()
export class CommandController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** Status of a command by the key it was given with, for whoever gave it. */
  @Get('commands/:key')
  @Allow('command.read')
  async status(@Param('key') key: string, @CurrentActor() actor: Actor) {
    const row = await commandStore.find(this.database, actor.sub, key);
    if (row === null) throw problem('not-found', 'You gave no command with this key.');
    return commandView(row);
  }

  /** Makes the case think again now: after a jump of the business clock, or when somebody doubts it. */
  @Post('cases/:id/wake')
  @Allow('case.wake')
  async wake(
    @Param('id', caseId) id: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const work = () => Promise.resolve({ changes: [], result: {} });
    const given = { name: 'wake', key, route: 'POST /cases/:id/wake', caseId: id, actor, input: null, work } as const;
    sendAnswer(response, await giveCommand(this.database, this.ledger, given));
  }

  /** The client takes the whole case back: every account leaves at once, and with them every waiting contact. */
  @Post('cases/:id/recall')
  @Allow('case.recall')
  async recall(
    @Param('id', caseId) id: string,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const answer = await giveCommand(this.database, this.ledger, {
      name: 'recall',
      key,
      route: 'POST /cases/:id/recall',
      caseId: id,
      actor,
      input: null,
      work: async (tx, { row }) => {
        const changes = await recallAll(tx, row.case_id, this.ledger.clock.nowIso());
        if (changes.length === 0) throw problem('conflict', 'No account of the case is open.');
        return { changes, result: { accounts: changes.length } };
      },
    });
    sendAnswer(response, answer);
  }
}
