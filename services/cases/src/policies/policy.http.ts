import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { IdempotencyKey, idempotent, problem, sendAnswer } from '@arrears/service';
import type { CollectionPolicy } from '@arrears/treatment';
import { Body, Controller, Get, Inject, Param, ParseIntPipe, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { policyFile } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, LEDGER } from '../tokens.js';
import { policyStore } from './policy.store.js';
import { approvePolicy, proposePolicy } from './publish.js';

const policyInput = z.strictObject(policyFile);

@Controller('policies')
export class PolicyController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** Versions in use, and those that wait for a second person. */
  @Get()
  @Allow('policy.read')
  async list() {
    await this.ledger.policies.refresh(this.database);
    const waiting = await policyStore.waiting(this.database);
    const items = [
      ...this.ledger.policies.policies.map((policy) => ({ ...view(policy), waiting: false })),
      ...waiting.map(({ content }) => ({ ...view(content), waiting: true })),
    ];
    return { items, nextCursor: null };
  }

  @Get(':policyId/versions/:version')
  @Allow('policy.read')
  async one(@Param('policyId') policyId: string, @Param('version', ParseIntPipe) version: number) {
    const found = await policyStore.find(this.database, { policyId, version });
    if (found === null) throw problem('not-found', 'There is no such version.');
    return {
      policy: found.content,
      contentHash: found.content_hash,
      proposedBy: found.proposed_by,
      approvedBy: found.approved_by,
      approvedAt: found.approved_at?.toISOString() ?? null,
    };
  }

  /** A version once published is never edited; nobody is treated under it before a second person has approved it. */
  @Post()
  @Allow('policy.publish')
  async publish(
    @Body({ schema: policyInput }) input: z.infer<typeof policyInput>,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const command = { key, actor: actor.sub, route: 'POST /policies', input };
    const answer = await idempotent(this.database, command, async (tx) => {
      await this.ledger.policies.refresh(tx);
      const policy = await proposePolicy(tx, this.ledger, { text: input.yaml, file: input.file, actor: actor.sub });
      const inUse = this.ledger.policies.get({ policyId: policy.id, version: policy.version }) !== null;
      return { status: 202, body: { ...view(policy), waiting: !inUse, proposedBy: actor.sub } };
    });
    sendAnswer(response, answer);
  }

  @Post(':policyId/versions/:version/approve')
  @Allow('policy.approve')
  async approve(
    @Param('policyId') policyId: string,
    @Param('version', ParseIntPipe) version: number,
    @IdempotencyKey() key: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ) {
    const route = 'POST /policies/:policyId/versions/:version/approve';
    const command = { key, actor: actor.sub, route, input: { policyId, version } };
    const answer = await idempotent(this.database, command, async (tx) => {
      const policy = await approvePolicy(tx, this.ledger, { policyId, version }, actor.sub);
      return { status: 200, body: { ...view(policy), waiting: false, approvedBy: actor.sub } };
    });
    await this.ledger.policies.refresh(this.database);
    sendAnswer(response, answer);
  }
}

const view = ({ id, version, title, status, effectiveFrom, selection, steps }: CollectionPolicy) => ({
  id,
  version,
  title,
  status,
  effectiveFrom,
  priority: selection.priority,
  steps: steps.map((step) => ({ id: step.id, kind: step.kind, stage: step.stage })),
});
