import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { listParked, replayParked, setAsideParked } from '@arrears/messaging';
import type { Database } from '@arrears/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import { decodeCursor, encodeCursor, paging } from './cursors.js';
import { problem } from './problem.js';

const INBOX = Symbol('the database with the inbox');
const listQuery = z.object(paging);
const place = z.object({ after: z.string().regex(/^\d+$/) });
const reasonInput = z.strictObject({ reason: z.string().min(3).max(300) });
type ReasonInput = z.infer<typeof reasonInput>;

/** Events that could not be handled. They hold their key until somebody replays them or sets them aside. */
@Controller('events/parked')
export class ParkedController {
  constructor(@Inject(INBOX) private readonly database: Database) {}

  @Get()
  @Allow('parked.read')
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    const cursor = query.cursor === undefined ? '0' : decodeCursor(place, query.cursor).after;
    const { items, nextCursor } = await listParked(this.database, { cursor, limit: query.limit });
    return { items, nextCursor: nextCursor === null ? null : encodeCursor({ after: nextCursor }) };
  }

  @Post(':inboxId/replay')
  @HttpCode(200)
  @Allow('parked.replay')
  async replay(
    @Param('inboxId') id: string,
    @Body({ schema: reasonInput }) input: ReasonInput,
    @CurrentActor() actor: Actor,
  ) {
    return { replayed: must(await replayParked(this.database, { inboxId: numberOf(id) }, actor.sub, input.reason)) };
  }

  @Post(':inboxId/set-aside')
  @HttpCode(200)
  @Allow('parked.replay')
  async setAside(
    @Param('inboxId') id: string,
    @Body({ schema: reasonInput }) input: ReasonInput,
    @CurrentActor() actor: Actor,
  ) {
    return { setAside: must(await setAsideParked(this.database, { inboxId: numberOf(id) }, actor.sub, input.reason)) };
  }
}

class ParkedEventsModule {}

/** The routes of what a service parked in its inbox, to be imported by the module of every service that has one. */
export function parkedEvents(database: Database): DynamicModule {
  return {
    module: ParkedEventsModule,
    controllers: [ParkedController],
    providers: [{ provide: INBOX, useValue: database }],
  };
}

const missing = () => problem('not-found', 'There is no such parked event.');

function numberOf(id: string): string {
  if (!/^\d{1,18}$/.test(id)) throw missing();
  return id;
}

function must(count: number): number {
  if (count === 0) throw missing();
  return count;
}
