import { createHash } from 'node:crypto';
import { Allow, CurrentActor, seesAgreement, type Actor } from '@arrears/auth';
import { newId, opaqueId } from '@arrears/contracts';
import type { Database, PersonKeys } from '@arrears/persistence';
import {
  type ArrearsRequest,
  decodeCursor,
  IdempotencyKey,
  page,
  paging,
  problem,
  readUpload,
  Upload,
} from '@arrears/service';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER, PERSON_KEYS } from '../tokens.js';
import { importStore, type ImportRow } from './import.store.js';
import { rawPurpose } from './run-import.js';
import { mediaTypeOf } from './table.js';

const createQuery = z.object({ agreementId: opaqueId.optional() });
const readQuery = z.object(paging);
const place = z.object({ row: z.int(), column: z.string().max(200), code: z.string().max(60) });

@Controller('imports')
export class ImportController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(PERSON_KEYS) private readonly keys: PersonKeys,
  ) {}

  /**
   * Takes a CSV or Excel file as it is. The same bytes again are the same import, whatever the key: what was refused of it
   * is tried once more, for what kept it out may have been put right elsewhere.
   */
  @Post()
  @HttpCode(202)
  @Upload()
  @Allow('import.create')
  async create(
    @Req() request: ArrearsRequest,
    @Query({ schema: createQuery }) query: z.infer<typeof createQuery>,
    @IdempotencyKey() _key: string,
    @CurrentActor() actor: Actor,
  ) {
    const media = mediaTypeOf(request.headers['content-type']);
    if (media === null) throw problem('unsupported-media-type', 'Send text/csv or an Excel workbook (.xlsx).');
    const { agreementId = '' } = query;
    if (agreementId !== '' && !seesAgreement(actor, agreementId))
      throw problem('not-allowed', 'The agreement is out of your scope.');
    const chunks: Buffer[] = [];
    const hash = createHash('sha256');
    for await (const chunk of readUpload(request)) {
      hash.update(chunk);
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    if (body.length === 0)
      throw problem('invalid-input', 'The file is empty.', [{ path: 'body', message: 'at least a header line' }]);
    const sha256 = hash.digest();
    const known = await importStore.findSame(this.database, sha256, agreementId);
    if (known !== null && !hasRefusals(known)) return view(known);
    const day = new Date(this.ledger.clock.realNow()).toISOString().slice(0, 10);
    const sealed = await this.keys.day.encrypt(day, rawPurpose, body);
    if (known !== null) {
      await importStore.tryAgain(this.database, known.import_id, { keyDay: day, sealed });
      return view((await importStore.find(this.database, known.import_id)) ?? known);
    }
    const importId: string = newId<'ImportId'>();
    const delivered = { importId, sha256, agreementId, at: this.ledger.clock.nowIso(), keyDay: day, sender: actor.sub };
    await this.database.transaction((tx) =>
      importStore.insert(tx, { ...delivered, mediaType: media, size: body.length, sealed }),
    );
    // Two at once with the same bytes: the first one's stands.
    const stored = await importStore.findSame(this.database, sha256, agreementId);
    if (stored === null) throw new Error('an import that was just stored is gone');
    return view(stored);
  }

  /** Progress, and what is wrong row by row; `nextCursor` belongs to the problems. */
  @Get(':id')
  @Allow('import.read')
  async one(
    @Param('id', caseId) id: string,
    @Query({ schema: readQuery }) query: z.infer<typeof readQuery>,
    @CurrentActor() actor: Actor,
  ) {
    const row = await importStore.find(this.database, id);
    const visible =
      row !== null && (row.sender === actor.sub || row.agreement_id === '' || seesAgreement(actor, row.agreement_id));
    if (!visible) throw problem('not-found', 'There is no such import, or it is out of your scope.');
    const after = query.cursor === undefined ? null : decodeCursor(place, query.cursor);
    const rows = await importStore.problems(this.database, id, after, query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit, (one) => ({
      row: one.row_no,
      column: one.column_name,
      code: one.code,
    }));
    const problems = items.map(({ row_no: at, column_name: column, code, message, fix }) => ({
      row: at,
      column,
      code,
      message,
      fix,
    }));
    return { ...view(row), problems, nextCursor };
  }
}

const hasRefusals = ({ status, refused }: ImportRow): boolean =>
  status === 'refused' || (status === 'done' && refused > 0);

function view(row: ImportRow) {
  return {
    importId: row.import_id,
    agreementId: row.agreement_id || null,
    status: row.status,
    sha256: row.sha256.toString('hex'),
    sizeBytes: Number(row.size_bytes),
    receivedAt: row.received_at.toISOString(),
    rows: row.rows_total,
    done: row.rows_done,
    accepted: row.accepted,
    refused: row.refused,
    refusal: row.refusal,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
