import { findCaseFacts } from '../case-facts/case-facts.store.js';
import type { MessageRow } from '../messages/message.store.js';
import { heard } from '../messages/transition.store.js';
import { today, type SenderParts } from './parts.js';
import { permitRequestFor } from './permit-request.js';

/** Gives a permit back under which nothing was written down. False = the gate did not answer. */
export function giveBack(
  { gate, clock }: Pick<SenderParts, 'gate' | 'clock'>,
  contactId: string,
  permitId: string,
): Promise<boolean> {
  return gate.commit(permitId, { contactId, contentHash: '', outcome: 'never-left', at: clock.nowIso() });
}

/** Real ms that a permit lives at most: after them "used" can't be the answer to another content. */
const permitLifeMs = 60_000;

/**
 * A message that has ended although its sender may have got a permit that nobody wrote down: cancelled, or too old, before
 * the answer was heard. The gate is asked once more. It answers with that permit, which goes back unused, or has nothing
 * reserved for the message any more. Never sends. False = not settled yet.
 */
export async function settleUnheard(
  parts: Pick<SenderParts, 'db' | 'clock' | 'gate' | 'templates'>,
  row: MessageRow,
): Promise<boolean> {
  const { db, clock, gate } = parts;
  if (row.unheardUntilReal === null || row.state === 'queued') return true;
  const overMs = clock.realNow() - Date.parse(row.unheardUntilReal);
  if (overMs < 0) return false;
  const answer = await gate.ask(permitRequestFor(row, await sourceOf(parts, row), clock));
  switch (answer.verdict) {
    case 'granted':
      // The one it left under, as was heard later than it was asked again, is no other: it stays used.
      if (answer.permitId !== row.permitId && !(await giveBack(parts, row.messageId, answer.permitId))) return false;
      break;
    case 'used':
      if (overMs < permitLifeMs) return false;
      break;
    case 'denied':
    case 'stale':
      break;
    case 'stopped':
    case 'facts-behind':
    case 'no-answer':
      return false;
  }
  await heard(db, row.messageId);
  return true;
}

async function sourceOf({ db, clock, templates }: Pick<SenderParts, 'db' | 'clock' | 'templates'>, row: MessageRow) {
  const facts = await findCaseFacts(db, row.caseId);
  const template = facts && templates.find(row.templateId, today(facts, clock));
  return facts && template && { facts, template };
}
