import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Allow, CurrentActor, seesAgreement, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { DATABASE } from '../tokens.js';
import { findMessage } from './message.store.js';

const uuid = /^[0-9a-f-]{36}$/;

/** What became of a message, without its text or number: those stay sealed until a reveal is asked for. */
@Controller('messages')
export class MessageHttp {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get(':id')
  @Allow('message.read')
  async get(@Param('id') id: string, @CurrentActor() actor: Actor) {
    const row = uuid.test(id) ? await findMessage(this.db, id) : undefined;
    if (!row || !seesAgreement(actor, row.agreementId)) throw problem('not-found', 'There is no such message.');
    const {
      content: _sealed,
      owedToGate: _internal,
      permitExpiresReal: _real,
      contactPointIds: _tried,
      ...shown
    } = row;
    return shown;
  }
}
