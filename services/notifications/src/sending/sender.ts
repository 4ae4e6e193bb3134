import { createHash } from 'node:crypto';
import type { Clock } from '@arrears/clock';
import type { CaseFacts, PermitAnswer, PermitRequest } from '@arrears/contracts';
import { findCaseFacts } from '../case-facts/case-facts.store.js';
import { publishFact } from '../messages/message-facts.js';
import type { MessageRow } from '../messages/message.store.js';
import { putBack } from '../messages/queue.store.js';
import { spreadOver } from '../messages/spread.js';
import { moveMessage } from '../messages/transition.store.js';
import type { Template } from '../templates/template.js';
import { variablesFor } from '../templates/variables.js';
import { handOver } from './hand-over.js';
import { today, type Attempt, type SenderParts } from './parts.js';
import { silentGateMs, stoppedMs } from './waits.js';

/**
 * One claimed message from the head of its provider's pace to the provider's answer: facts → permit → content → intent →
 * hand-over → outcome. Whatever kills the process in between leaves a row from which `reconcile` goes on.
 */
export async function sendOne(parts: SenderParts, row: MessageRow): Promise<Attempt> {
  const { db, clock, gate, templates, providers } = parts;
  if (clock.nowIso() > row.notAfter) return fail(parts, row, 'expired', { because: 'expired' });
  const facts = await findCaseFacts(db, row.caseId);
  if (!facts || facts.caseSeq < row.caseSeq) return wait(parts, row, { realMs: silentGateMs(row) });
  const template = templates.find(row.templateId, today(facts, clock));
  if (template?.channel !== row.channel) {
    parts.onUnfit(row.templateId, ['no-template-of-the-channel']);
    return fail(parts, row, 'unfit', { because: 'failed' });
  }
  const provider = providers.pick(row.channel);
  if (!provider) return wait(parts, row, { realMs: Math.max(1_000, providers.waitMs(row.channel)) });

  await provider.pace.take();
  const askedAt = clock.realNow();
  const answer = await gate.ask(permitRequestFor(row, template, facts, clock));
  switch (answer.verdict) {
    case 'granted':
      return handOver(parts, { row, facts, template, permit: answer, askedAt, provider });
    case 'denied':
      return denied(parts, row, answer);
    case 'stale':
      return fail(parts, row, 'stale', { because: 'stale' });
    case 'stopped':
      await putBack(db, row.messageId, { realMs: stoppedMs(row), stopped: true });
      return 'stopped';
    case 'facts-behind':
    case 'no-answer':
      return wait(parts, row, { realMs: silentGateMs(row) });
  }
}

/** The hash of what the text will say: one permit is for one content. The salutation comes with the permit itself. */
function permitRequestFor(row: MessageRow, template: Template, facts: CaseFacts, clock: Clock): PermitRequest {
  const content = {
    template: template.id,
    version: template.version,
    variables: variablesFor(facts, row.covers, today(facts, clock), 'en'),
  };
  return {
    contactId: row.messageId,
    effectKey: row.effectKey,
    step: row.step,
    caseId: row.caseId,
    agreementId: row.agreementId,
    debtorId: row.debtorId,
    personId: row.personId,
    contactPointIds: row.contactPointIds,
    channel: row.channel,
    purpose: row.purpose,
    covers: row.covers,
    expects: { caseSeq: row.caseSeq },
    templateId: template.id,
    templateVersion: template.version,
    contentKey: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    actor: 'machine',
  };
}

/** Denied for now, it waits in the queue, at a place of its own after the moment at which all may go. */
async function denied(
  parts: SenderParts,
  row: MessageRow,
  answer: Extract<PermitAnswer, { verdict: 'denied' }>,
): Promise<Attempt> {
  if (answer.earliest !== 'never' && answer.earliest <= row.notAfter)
    return wait(parts, row, {
      notBefore: spreadOver(row.messageId, answer.earliest, row.notAfter, parts.spreadMs),
    });
  const rule = answer.denials[0]?.rule;
  return fail(parts, row, 'denied', { because: 'denied', until: answer.earliest, ...(rule !== undefined && { rule }) });
}

async function wait(
  parts: SenderParts,
  row: MessageRow,
  until: { notBefore?: string; realMs?: number },
): Promise<Attempt> {
  await putBack(parts.db, row.messageId, until);
  return 'waiting';
}

async function fail(
  parts: SenderParts,
  row: MessageRow,
  attempt: Attempt,
  why: { because: string; until?: string; rule?: string },
): Promise<Attempt> {
  const at = parts.clock.nowIso();
  await parts.db.transaction(async (tx) => {
    if (!(await moveMessage(tx, row.messageId, ['queued'], { state: 'failed', because: why.because }, at))) return;
    await publishFact(tx, row, 'failed', why, at);
  });
  return attempt;
}
