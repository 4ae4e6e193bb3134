import { Allow, CurrentActor, visibleAgreements, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import {
  decodeCursor,
  IdempotencyKey,
  idempotent,
  page,
  paging,
  problem,
  sendAnswer,
  type Answer,
} from '@arrears/service';
import type { Tx } from '@arrears/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { DATABASE, TEMPLATE_DESK, TEMPLATES } from '../tokens.js';
import type { Templates } from './book.js';
import { previewOf } from './preview.js';
import { templateContent, type TemplateContent } from './shape.js';
import {
  approve,
  lintContent,
  retire,
  saveDraft,
  submit,
  type DeskParts,
  type VersionName,
} from './template.service.js';
import { findVersion, newestVersions, versionsOf, type VersionRow } from './template.store.js';

const listQuery = z.object(paging);
const place = z.object({ id: z.string().max(60) });
const approval = z.strictObject({ liveFrom: z.iso.date() });
const retirement = z.strictObject({ because: z.string().min(3).max(500) });
const nothing = z.strictObject({}).default({});

/** Texts from a draft to their use: written by one person, let out by another, and seen before in both languages. */
@Controller('templates')
export class TemplateHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(TEMPLATES) private readonly templates: Templates,
    @Inject(TEMPLATE_DESK) private readonly desk: DeskParts,
  ) {}

  @Get()
  @Allow('template.read')
  async list(@Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>) {
    const after = cursor === undefined ? '' : decodeCursor(place, cursor).id;
    const { items, nextCursor } = page(await newestVersions(this.db, after, limit + 1), limit, ({ id }) => ({ id }));
    return { items: items.map((row) => this.summary(row)), nextCursor };
  }

  /** With the version in use, or the newest where none is, and what happened to each. */
  @Get(':id')
  @Allow('template.read')
  async one(@Param('id') id: string) {
    const versions = await versionsOf(this.db, id);
    const [newest] = versions;
    if (newest === undefined) throw problem('not-found', 'There is no such template.');
    const inUse = this.templates.find(id)?.version;
    const shown = versions.find(({ version }) => version === inUse) ?? newest;
    return { ...this.summary(newest), ...withPreview(shown), versions: versions.map(withoutContent) };
  }

  @Get(':id/versions/:version')
  @Allow('template.read')
  async version(@Param('id') id: string, @Param('version') version: string) {
    const row = await findVersion(this.db, id, numberOf(version));
    if (row === undefined) throw problem('not-found', 'There is no such version of a template.');
    return { ...withPreview(row), inUse: this.templates.find(id)?.version === row.version };
  }

  @Post()
  @Allow('template.write')
  save(
    @Body({ schema: templateContent }) input: TemplateContent,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const work = (tx: Tx) => saveDraft(tx, this.desk, input, actor.sub);
    return this.command({ key, actor, route: 'POST /templates', input }, work, response);
  }

  /** Nothing is kept: how the text would look with its samples, and everything that the check finds. */
  @Post('preview')
  @HttpCode(200)
  @Allow('template.preview')
  preview(@Body({ schema: templateContent }) input: TemplateContent) {
    return { preview: previewOf({ ...input, version: 1 }), findings: lintContent(this.desk, input) };
  }

  @Post(':id/versions/:version/submit')
  @Allow('template.submit')
  submit(
    @Param('id') id: string,
    @Param('version') version: string,
    @Body({ schema: nothing }) _body: unknown,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const name = { id, version: numberOf(version) };
    const work = (tx: Tx) => submit(tx, this.desk, name, actor.sub);
    return this.command(
      { key, actor, route: 'POST /templates/:id/versions/:version/submit', input: name },
      work,
      response,
    );
  }

  @Post(':id/versions/:version/approve')
  @Allow('template.approve')
  approve(
    @Param('id') id: string,
    @Param('version') version: string,
    @Body({ schema: approval }) { liveFrom }: z.infer<typeof approval>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const input = { id, version: numberOf(version), liveFrom };
    const work = (tx: Tx) => approve(tx, this.desk, input, actor.sub);
    return this.command({ key, actor, route: 'POST /templates/:id/versions/:version/approve', input }, work, response);
  }

  @Post(':id/versions/:version/retire')
  @Allow('template.retire')
  retire(
    @Param('id') id: string,
    @Param('version') version: string,
    @Body({ schema: retirement }) { because }: z.infer<typeof retirement>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const input = { id, version: numberOf(version), because };
    const work = (tx: Tx) => retire(tx, this.desk, input, actor.sub);
    return this.command({ key, actor, route: 'POST /templates/:id/versions/:version/retire', input }, work, response);
  }

  private async command(
    { actor, ...command }: { key: string; actor: Actor; route: string; input: TemplateContent | VersionName },
    work: (tx: Tx) => Promise<Answer>,
    response: Response,
  ): Promise<void> {
    // A text is sent under every agreement that asks for its id.
    if (visibleAgreements(actor) !== null)
      throw problem('not-allowed', 'Texts are used under all agreements, and your scope is not all of them.');
    sendAnswer(response, await idempotent(this.db, { ...command, actor: actor.sub }, work));
  }

  private summary({ id, channel, purpose, content, version, status, liveFrom }: VersionRow) {
    const inUse = this.templates.find(id)?.version ?? null;
    return { id, channel, purpose, title: content.title, inUse, newest: { version, status, liveFrom } };
  }
}

function withPreview({ content, ...row }: VersionRow) {
  return { ...content, ...row, preview: previewOf({ ...content, version: row.version }) };
}

function withoutContent({ content: _content, findings: _findings, ...row }: VersionRow) {
  return row;
}

function numberOf(version: string): number {
  if (/^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw problem('not-found', 'There is no such version of a template.');
}
