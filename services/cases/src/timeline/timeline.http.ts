import { readJournalPage } from '@arrears/audit';
import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import { localDate } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import { decodeCursor, encodeCursor, page, paging } from '@arrears/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { anchorStore, anchorView } from '../anchors/anchor.store.js';
import { caseReads } from '../cases/case.reads.js';
import { caseId } from '../http.js';
import { DATABASE } from '../tokens.js';
import { timelineStore, timelineView } from './timeline.store.js';

const pageQuery = z.object(paging);
type PageQuery = z.infer<typeof pageQuery>;
const timelinePlace = z.object({ at: z.string().max(40), n: z.string().max(200) });
const journalPlace = z.object({ after: z.int().min(0) });
const anchorPlace = z.object({ day: localDate, service: z.string().max(40) });

/** What happened to a case, and the proof of it. */
@Controller('cases')
export class TimelineController {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Facts of the bank, decisions, steps, permits and messages, and what people did, the newest first. */
  @Get(':id/timeline')
  @Allow('case.timeline')
  async timeline(
    @Param('id', caseId) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
    @CurrentActor() actor: Actor,
  ) {
    await caseReads.mustSee(this.database, id, actor);
    const after = query.cursor === undefined ? null : decodeCursor(timelinePlace, query.cursor);
    const rows = await timelineStore.list(this.database, id, after, query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit, (row) => ({ at: row.at_text, n: row.n }));
    return { items: items.map(timelineView), nextCursor };
  }

  /** This service's chain of the case, and the end of it at the same moment. */
  @Get(':id/journal')
  @Allow('journal.read')
  async journal(
    @Param('id', caseId) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
    @CurrentActor() actor: Actor,
  ) {
    await caseReads.mustSee(this.database, id, actor);
    const after = query.cursor === undefined ? 0 : decodeCursor(journalPlace, query.cursor).after;
    const { entries, next, head } = await readJournalPage(this.database, id, { after, limit: query.limit });
    return { items: entries, nextCursor: next === null ? null : encodeCursor({ after: next }), head };
  }

  /** Where the chains of other services stood when this one last heard of them, by day. */
  @Get(':id/journal/anchors')
  @Allow('journal.read')
  async anchors(
    @Param('id', caseId) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
    @CurrentActor() actor: Actor,
  ) {
    await caseReads.mustSee(this.database, id, actor);
    const after = query.cursor === undefined ? null : decodeCursor(anchorPlace, query.cursor);
    const rows = await anchorStore.list(this.database, id, after, query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit, ({ day, service }) => ({ day, service }));
    return { items: items.map(anchorView), nextCursor };
  }
}
