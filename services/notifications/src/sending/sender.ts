import type { PermitAnswer } from '@arrears/contracts';
import { findCaseFacts } from '../case-facts/case-facts.store.js';
import { publishFact } from '../messages/message-facts.js';
import { putBack, type ClaimedRow } from '../messages/queue.store.js';
import { spreadOver } from '../messages/spread.js';
import { moveMessage } from '../messages/transition.store.js';
import type { Granted } from './content.js';
import { giveBack } from './give-back.js';
import { handOver } from './hand-over.js';
import { today, type Attempt, type SenderParts } from './parts.js';
import { permitRequestFor } from './permit-request.js';
import { silentGateMs, stoppedMs } from './waits.js';

/**
 * One claimed message from the head of its provider's pace to the provider's answer: facts → permit → content → intent →
 * hand-over → outcome. Whatever kills the process in between leaves a row from which `reconcile` goes on.
 */
export async function sendOne(parts: SenderParts, row: ClaimedRow): Promise<Attempt> {
  const { db, clock, gate, templates, providers } = parts;
  // Where the gate is not asked, or says nothing of this message, no more is known of its permit than before.
  const asBefore = !row.unheardBefore;
  if (clock.nowIso() > row.notAfter) return fail(parts, row, 'expired', { because: 'expired', heard: asBefore });
  const facts = await findCaseFacts(db, row.caseId);
  if (!facts || facts.caseSeq < row.caseSeq) return wait(parts, row, { realMs: silentGateMs(row), heard: asBefore });
  const template = templates.find(row.templateId, today(facts, clock));
  if (template?.channel !== row.channel) {
    parts.onUnfit(row.templateId, ['no-template-of-the-channel']);
    return fail(parts, row, 'unfit', { because: 'failed', heard: asBefore });
  }
  const provider = providers.pick(row.channel);
  if (!provider) return wait(parts, row, { realMs: Math.max(1_000, providers.waitMs(row.channel)), heard: asBefore });

  await provider.pace.take();
  const askedAt = clock.realNow();
  const answer = await gate.ask(permitRequestFor(row, { template, facts }, clock));
  switch (answer.verdict) {
    case 'granted':
      if (facts.caseSeq < answer.caseSeq) return behindTheGate(parts, row, answer);
      return handOver(parts, { row, facts, template, permit: answer, askedAt, provider });
    case 'denied':
      return denied(parts, row, answer);
    case 'stale':
      return fail(parts, row, 'stale', { because: 'stale', heard: true });
    case 'stopped':
      await putBack(db, row.messageId, { realMs: stoppedMs(row), stopped: true, heard: asBefore });
      return 'stopped';
    case 'facts-behind':
    case 'used':
      return wait(parts, row, { realMs: silentGateMs(row), heard: asBefore });
    case 'no-answer':
      return wait(parts, row, { realMs: silentGateMs(row), heard: false });
  }
}

/**
 * The gate judged by a newer state of the case than our amounts are of: a payment may lie between. The permit goes back, and
 * the message waits until we have heard of it too.
 */
async function behindTheGate(parts: SenderParts, row: ClaimedRow, { permitId }: Granted): Promise<Attempt> {
  const heard = await giveBack(parts, row.messageId, permitId);
  return wait(parts, row, { realMs: silentGateMs(row), heard });
}

/** Denied for now, it waits in the queue, at a place of its own after the moment at which all may go. */
async function denied(
  parts: SenderParts,
  row: ClaimedRow,
  answer: Extract<PermitAnswer, { verdict: 'denied' }>,
): Promise<Attempt> {
  if (answer.earliest !== 'never' && answer.earliest <= row.notAfter)
    return wait(parts, row, {
      notBefore: spreadOver(row.messageId, answer.earliest, row.notAfter, parts.spreadMs),
      heard: true,
    });
  const rule = answer.denials[0]?.rule;
  const why = { because: 'denied', until: answer.earliest, ...(rule !== undefined && { rule }) };
  return fail(parts, row, 'denied', { ...why, heard: true });
}

async function wait(
  parts: SenderParts,
  row: ClaimedRow,
  until: { notBefore?: string; realMs?: number; heard: boolean },
): Promise<Attempt> {
  await putBack(parts.db, row.messageId, until);
  return 'waiting';
}

async function fail(
  parts: SenderParts,
  row: ClaimedRow,
  attempt: Attempt,
  { heard, ...why }: { because: string; until?: string; rule?: string; heard: boolean },
): Promise<Attempt> {
  const at = parts.clock.nowIso();
  await parts.db.transaction(async (tx) => {
    const change = { state: 'failed', because: why.because, heard } as const;
    if (!(await moveMessage(tx, row.messageId, ['queued'], change, at))) return;
    await publishFact(tx, row, 'failed', why, at);
  });
  return attempt;
}
