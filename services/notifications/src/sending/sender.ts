import { createHash } from 'node:crypto';
import { businessDate } from '@arrears/calendar';
import type { Clock } from '@arrears/clock';
import type { CaseFacts, PermitAnswer, PermitRequest } from '@arrears/contracts';
import type { Database, PersonKeys } from '@arrears/persistence';
import { findCaseFacts } from '../case-facts/case-facts.store.js';
import { publishFact } from '../messages/message-facts.js';
import { lockMessage, moveMessage, putBack, writeIntent, type MessageRow } from '../messages/message.store.js';
import type { SendAnswer, SmsProvider } from '../providers/sms-provider.js';
import type { Templates } from '../templates/load-templates.js';
import { languageFor, render, type Template } from '../templates/template.js';
import { variablesFor } from '../templates/variables.js';
import type { Gate } from './gate.js';
import type { RateLimit } from './rate-limit.js';
import { tellGate } from './tell-gate.js';

export interface SenderParts {
  db: Database;
  clock: Clock;
  gate: Gate;
  provider: SmsProvider;
  limit: RateLimit;
  templates: Templates;
  personKeys: PersonKeys;
}

/** What one attempt came to; the words are the labels of `messages_total`. */
export type Attempt =
  'accepted' | 'unknown' | 'refused' | 'throttled' | 'waiting' | 'denied' | 'stale' | 'expired' | 'withdrawn';

type Granted = Extract<PermitAnswer, { verdict: 'granted' }>;

/**
 * How soon (real ms) a message is looked at again when the gate is silent or has not heard the case's latest yet: a
 * second, then later each time, so that those who wait do not keep the rate from those who have not been tried.
 */
const askAgainMs = 1_000;
const askAgain = (row: MessageRow) => ({ realMs: askAgainMs * Math.min(Math.max(row.attempts, 1), 10) });
/**
 * One claimed message from the head of the rate limiter to the provider's answer: facts → permit → text → intent →
 * provider → outcome. Whatever kills the process in between leaves a row from which `reconcile` goes on.
 */
export async function sendOne(parts: SenderParts, row: MessageRow): Promise<Attempt> {
  const { db, clock, gate, templates } = parts;
  if (clock.nowIso() > row.notAfter) return fail(parts, row, 'expired', { because: 'expired' });
  const facts = await findCaseFacts(db, row.caseId);
  if (!facts || facts.caseSeq < row.caseSeq) return wait(parts, row, askAgain(row));
  const template = templates.find(row.templateId);
  if (!template) return fail(parts, row, 'refused', { because: 'failed' });

  await parts.limit.take();
  const answer = await gate.ask(permitRequestFor(row, template, facts, clock));
  switch (answer.verdict) {
    case 'granted':
      return handOver(parts, row, facts, template, answer);
    case 'denied':
      return denied(parts, row, answer);
    case 'stale':
      return fail(parts, row, 'stale', { because: 'stale' });
    case 'stopped':
    case 'facts-behind':
    case 'no-answer':
      return wait(parts, row, askAgain(row));
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

const today = (facts: CaseFacts, clock: Clock): string => businessDate(clock.nowIso(), facts.timeZone);

async function handOver(
  parts: SenderParts,
  row: MessageRow,
  facts: CaseFacts,
  template: Template,
  permit: Granted,
): Promise<Attempt> {
  const { db, clock, provider } = parts;
  const language = languageFor(permit.language);
  const text = render(template, language, {
    ...variablesFor(facts, row.covers, today(facts, clock), language),
    salutation: permit.salutation,
  });
  const content = await parts.personKeys.encrypt(
    { personId: row.personId, agreementId: row.agreementId },
    `message:${row.messageId}`,
    text,
  );
  const intent = {
    permitId: permit.permitId,
    permitExpiresReal: permit.expiresAt,
    contactPointId: permit.contactPointId,
    validUntil: permit.validUntil,
    templateVersion: template.version,
    content,
    contentHash: createHash('sha256').update(text).digest('hex'),
    provider: provider.id,
  };
  const written = await db.transaction((tx) => writeIntent(tx, row.messageId, intent, clock.nowIso()));
  if (!written) return 'withdrawn';
  // From here on only the provider knows. A permit that ran out meanwhile is left to the reconciler.
  if (clock.realNow() >= Date.parse(permit.expiresAt)) return 'unknown';
  const answer = await provider.send({
    clientReference: row.messageId,
    to: permit.destination,
    text,
    validUntil: permit.validUntil,
  });
  return settle(parts, row.messageId, permit.permitId, answer);
}

/** Writes the provider's answer, unless a receipt was faster. */
async function settle(parts: SenderParts, messageId: string, permitId: string, answer: SendAnswer): Promise<Attempt> {
  const at = parts.clock.nowIso();
  const attempt = await parts.db.transaction(async (tx): Promise<Attempt> => {
    const row = await lockMessage(tx, { messageId });
    if (row?.state !== 'permitted' || row.permitId !== permitId) return 'accepted';
    const move = (change: Parameters<typeof moveMessage>[3]) => moveMessage(tx, messageId, ['permitted'], change, at);
    switch (answer.answer) {
      case 'accepted':
        await move({ state: 'accepted', providerMessageId: answer.providerMessageId, owedToGate: 'handed-over' });
        await publishFact(tx, row, 'arrears.notifications.message-accepted.v1', {}, at);
        return 'accepted';
      case 'unknown':
        await move({ state: 'unknown', owedToGate: 'unknown', lookAgainMs: askAgainMs });
        await publishFact(tx, row, 'arrears.notifications.message-unknown.v1', {}, at);
        return 'unknown';
      case 'throttled':
        await move({ state: 'queued', owedToGate: 'never-left', lookAgainMs: answer.retryAfterMs });
        return 'throttled';
      case 'refused':
        await move({ state: 'failed', because: 'refused-by-provider', owedToGate: 'never-left' });
        await publishFact(tx, row, 'arrears.notifications.message-failed.v1', { because: 'refused-by-provider' }, at);
        return 'refused';
    }
  });
  await tellGate(parts, messageId);
  return attempt;
}

async function denied(
  parts: SenderParts,
  row: MessageRow,
  answer: Extract<PermitAnswer, { verdict: 'denied' }>,
): Promise<Attempt> {
  if (answer.earliest !== 'never' && answer.earliest <= row.notAfter)
    return wait(parts, row, { notBefore: answer.earliest });
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
    await publishFact(tx, row, 'arrears.notifications.message-failed.v1', why, at);
  });
  return attempt;
}
