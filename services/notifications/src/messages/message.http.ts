import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Allow, CurrentActor, seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { Database, PersonKeys } from '@arrears/persistence';
import { decodeCursor, IdempotencyKey, idempotent, page, paging, problem } from '@arrears/service';
import { z } from 'zod';
import { pathId } from '../http.js';
import { CLOCK, DATABASE, PERSON_KEYS } from '../tokens.js';
import { findMessage, listUnknown, type MessageRow } from './message.store.js';
import { settleByPerson, settleInput, type SettleInput } from './settle.service.js';

const listQuery = z.object({ ...paging, state: z.literal('unknown') });
const place = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** What became of a message, without its text or number: those stay sealed until a reveal is asked for. */
@Controller('messages')
export class MessageHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PERSON_KEYS) private readonly personKeys: PersonKeys,
  ) {}

  /** Messages of which nobody knows whether they left, the oldest first. */
  @Get()
  @Allow('message.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>, @CurrentActor() actor: Actor) {
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const rows = await listUnknown(this.db, { agreements: visibleAgreements(actor), after, limit: query.limit + 1 });
    const { items, nextCursor } = page(rows, query.limit, (row) => ({ at: row.createdAt, id: row.messageId }));
    return { items: items.map(shown), nextCursor };
  }

  @Get(':id')
  @Allow('message.read')
  async get(@Param('id', pathId) id: string, @CurrentActor() actor: Actor) {
    const row = await findMessage(this.db, id);
    if (!row || !seesAgreement(actor, row.agreementId)) throw problem('not-found', 'There is no such message.');
    return shown(row);
  }

  @Post(':id/settle')
  @HttpCode(200)
  @Allow('message.settle')
  async settle(
    @Param('id', pathId) id: string,
    @Body({ schema: settleInput }) input: SettleInput,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
  ) {
    const command = { key, actor: actor.sub, route: 'POST /messages/:id/settle', input: { id, ...input } };
    const { body } = await idempotent(this.db, command, async (tx) => {
      const parts = { clock: this.clock, personKeys: this.personKeys };
      const { messageId, state, because } = await settleByPerson(tx, parts, id, input, actor);
      return { status: 200, body: { messageId, state, because } };
    });
    return body;
  }
}

/** The row without what is sealed and without what only the sender needs. */
function shown(row: MessageRow) {
  const {
    content: _sealed,
    owedToGate: _internal,
    permitExpiresReal: _real,
    contactPointIds: _tried,
    stoppedAsks: _asks,
    silentAsks: _silent,
    unheardUntilReal: _unheard,
    ...rest
  } = row;
  return rest;
}
