import { Allow, CurrentActor, ServiceOnly, seesAgreement, type Actor } from '@arrears/auth';
import {
  permitCommit,
  permitPreviewRequest,
  permitRequest,
  type PermitAnswer,
  type PermitCommit,
  type PermitPreview,
  type PermitPreviewRequest,
  type PermitRequest,
} from '@arrears/contracts';
import { problem } from '@arrears/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { commitOutcome, releasePermit } from '../settle/settle.service.js';
import { GATE } from '../tokens.js';
import { requestPermit } from './gate.service.js';
import type { GateParts } from './parts.js';
import { previewPermits } from './preview.service.js';
import { readPermit, type PermitRow } from './permit.store.js';

/** The only HTTP between services. Only they may ask, use and give back; people may look at what was answered. */
@Controller('permits')
export class GateHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Post()
  @HttpCode(200)
  @ServiceOnly()
  request(@Body({ schema: permitRequest }) body: PermitRequest): Promise<PermitAnswer> {
    return requestPermit(this.gate, body);
  }

  /** What would be answered for contacts that are planned: nothing is reserved, nothing recorded. */
  @Post('preview')
  @HttpCode(200)
  @Allow('permit.preview')
  preview(
    @Body({ schema: permitPreviewRequest }) body: PermitPreviewRequest,
    @CurrentActor() actor: Actor,
  ): Promise<PermitPreview> {
    if (!seesAgreement(actor, body.agreementId)) throw problem('not-found', 'This agreement is out of your scope.');
    return previewPermits(this.gate, body);
  }

  @Post(':id/commit')
  @HttpCode(200)
  @ServiceOnly()
  async commit(
    @Param('id') id: string,
    @Body({ schema: permitCommit }) body: PermitCommit,
    @CurrentActor() actor: Actor,
  ): Promise<PermitView> {
    const { contactId, contentHash, outcome } = body;
    const told = { permitId: idOf(id), contactId, contentHash, outcome, actor: actor.sub };
    return view(await commitOutcome(this.gate, told), this.gate.clock.realNow());
  }

  @Post(':id/release')
  @HttpCode(200)
  @ServiceOnly()
  async release(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<PermitView> {
    const { db, clock } = this.gate;
    const permit = await db.transaction((tx) => releasePermit(tx, clock, idOf(id), actor.sub));
    return view(permit, clock.realNow());
  }

  @Get(':id')
  @Allow('contact-record.read')
  async read(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<PermitView> {
    const permit = await readPermit(this.gate.db, idOf(id));
    if (permit === null || !seesAgreement(actor, permit.agreementId))
      throw problem('permit-unknown', 'There is no such permit, or it is out of your scope.');
    return view(permit, this.gate.clock.realNow());
  }
}

/** A permit without destination or name. */
interface PermitView {
  permitId: string;
  contactId: string;
  caseId: string;
  personId: string;
  contactPointId: string;
  channel: string;
  purpose: string;
  /** `unsettled`: it ran out, and nobody told yet what became of it; it stays counted. */
  state: string;
  contentHash: string | null;
  grantedAt: string;
  validUntil: string;
  expiresAt: string;
}

function view(permit: PermitRow, realNow: number): PermitView {
  const { permitId, contactId, caseId, personId, contactPointId, channel, purpose, contentHash } = permit;
  const { grantedAt, validUntil, expiresAt } = permit;
  const state = permit.state === 'granted' && expiresAt.getTime() <= realNow ? 'unsettled' : permit.state;
  return {
    ...{ permitId, contactId, caseId, personId, contactPointId, channel, purpose, state, contentHash },
    grantedAt: grantedAt.toISOString(),
    validUntil: validUntil.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

function idOf(text: string): string {
  if (!z.uuid().safeParse(text).success) throw problem('permit-unknown', 'There is no such permit.');
  return text;
}
