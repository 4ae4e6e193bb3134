import type { CountedEvent } from '../evaluate.js';
import type { Purpose } from '../vocabulary.js';
import { daysFrom, has, inSpan, is, isBetween, isCall, lacks, onDays, today, type Question } from './question.js';

const electronic = ['sms', 'email', 'push'];
/** Answers to himself, replies to his complaint and what a statute has him told are no collection. */
const collection: readonly Purpose[] = [
  ...(['collect', 'remind-due', 'confirm-payment', 'plan-admin', 'locate', 'legal-notice'] as const),
];

/** 12 CFR 1006: binds agencies and buyers, not the lender himself, since 30 November 2021. */
export function regulationF(q: Question): string[] {
  const { contact } = q;
  if (contact.by === 'firstParty' || today(q) < '2021-11-30') return [];
  const forbidding = isCall(q) ? calls(q) : [];
  if (contact.channel !== 'letter' && !isBetween(q, 8, 21) && !has(q, 'person.consents', 'any-hour'))
    forbidding.push('US-F-TIME');
  if (!is(q, 'point.place', 'other') && !is(q, 'debtor.employerForbids', false)) forbidding.push('US-F-WORK');
  if (electronic.includes(contact.channel) && !lacks(q, 'point.optedOut', contact.channel))
    forbidding.push('US-F-OPTOUT');
  if (!collection.includes(contact.purpose)) return forbidding;

  if (!is(q, 'person.represented', false)) forbidding.push('US-F-ATTY');
  if (!is(q, 'case.disputed', false)) forbidding.push('US-F-DISPUTE');
  const goesOn = lacks(q, 'person.ceased', contact.channel) && lacks(q, 'person.ceased', 'all');
  // That a remedy will be sought may still be said.
  if (!goesOn && contact.purpose !== 'legal-notice') forbidding.push('US-F-CEASE');
  return [...forbidding, ...validation(q)];
}

/** Each debt by itself, and each person. */
function calls(q: Question): string[] {
  const { contact } = q;
  const forbidding: string[] = [];
  for (const debt of contact.debts) {
    const his = (event: CountedEvent) => event.person === contact.person && event.debts?.includes(debt) === true;
    if (inSpan(q, 'dialPlaced', 7, his) >= 7) forbidding.push('US-F-7IN7');
    const spoken = (['conversation', 'effectiveCall', 'inboundCall'] as const).some(
      (kind) => onDays(q, kind, 7, his) >= 1,
    );
    if (spoken) forbidding.push('US-F-COOL');
  }
  return forbidding;
}

/** The notice within five days of the first contact; no suit while he may dispute, nor about what is time-barred. */
function validation(q: Question): string[] {
  const forbidding: string[] = [];
  const { purpose } = q.contact;
  const notice = q.facts.values['case.validationNoticeOn'];
  const first = q.facts.values['case.firstContactOn'];
  const given = typeof notice === 'string' && notice <= today(q);
  const inTime = typeof first === 'string' && daysFrom(first, today(q)) <= 5;
  if (purpose !== 'confirm-payment' && purpose !== 'locate' && !given && !inTime && !is(q, 'case.contacted', false))
    forbidding.push('US-F-VALID');
  if (purpose === 'legal-notice') {
    // Thirty days from receipt, and eleven at most for its way.
    if (!given || daysFrom(notice, today(q)) <= 30 + 11) forbidding.push('US-F-VALID-30');
    if (!is(q, 'case.timeBarred', false)) forbidding.push('US-F-TIMEBAR');
  }
  return forbidding;
}

/** An electronic message says how to be rid of the next, whoever sends it. */
export function americanText(q: Question): string[] {
  const silent = electronic.includes(q.contact.channel) && !lacks(q, 'template.flags', 'opt-out-missing');
  return silent && today(q) >= '2021-11-30' ? ['US-F-OPTOUT-TEXT'] : [];
}
