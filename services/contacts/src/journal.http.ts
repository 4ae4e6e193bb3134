import { readJournalPage } from '@arrears/audit';
import { Allow, CurrentActor, seesAgreement, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { decodeCursor, encodeCursor, paging, problem } from '@arrears/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { idParam } from './http.js';
import { DATABASE } from './tokens.js';

const notHere = () => problem('not-found', 'There is no such case, or it is out of your scope.');
const pageQuery = z.object(paging);
const place = z.object({ after: z.int().min(0) });

/** The gate's chain of a case: permits, denials and what came of them, as it goes into an export. */
@Controller('cases')
export class JournalHttp {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get(':id/journal')
  @Allow('journal.read')
  async journal(
    @Param('id', idParam) id: string,
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @CurrentActor() actor: Actor,
  ) {
    const [known] = await this.db.query<{ agreement_id: string }>(
      'SELECT agreement_id FROM case_facts WHERE case_id = $1',
      [id],
    );
    if (known === undefined || !seesAgreement(actor, known.agreement_id)) throw notHere();
    const after = query.cursor === undefined ? 0 : decodeCursor(place, query.cursor).after;
    const { entries, next, head } = await readJournalPage(this.db, id, { after, limit: query.limit });
    return { items: entries, nextCursor: next === null ? null : encodeCursor({ after: next }), head };
  }
}
