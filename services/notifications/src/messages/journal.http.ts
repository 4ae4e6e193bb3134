import { readJournalPage } from '@arrears/audit';
import { Allow, CurrentActor, seesAgreement, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { decodeCursor, encodeCursor, paging, problem } from '@arrears/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { pathId } from '../http.js';
import { DATABASE } from '../tokens.js';
import { agreementOfCase } from './case-agreement.store.js';

const pageQuery = z.object(paging);
const place = z.object({ after: z.int().min(0) });

/** This service's chain of a case, as it goes into an export. */
@Controller('cases')
export class JournalHttp {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get(':id/journal')
  @Allow('journal.read')
  async journal(
    @Param('id', pathId) id: string,
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @CurrentActor() actor: Actor,
  ) {
    const agreementId = await agreementOfCase(this.db, id);
    if (agreementId === undefined || !seesAgreement(actor, agreementId))
      throw problem('not-found', 'There is no such case, or it is out of your scope.');
    const after = query.cursor === undefined ? 0 : decodeCursor(place, query.cursor).after;
    const { entries, next, head } = await readJournalPage(this.db, id, { after, limit: query.limit });
    return { items: entries, nextCursor: next === null ? null : encodeCursor({ after: next }), head };
  }
}
