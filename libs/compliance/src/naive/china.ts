import {
  has,
  is,
  isAnswer,
  isAtLeast,
  isBetween,
  isCall,
  isCollecting,
  isTold,
  isVisit,
  lacks,
  mayBeThirdPerson,
  onDays,
  runsStill,
  sameNumber,
  samePerson,
  today,
  type Question,
} from './question.js';

/** Guideline of the China Banking Association, in force since 30 January 2026. */
export function bankingAssociation(q: Question): string[] {
  const forbidding: string[] = [];
  if (today(q) < '2026-01-30') return forbidding;
  if (!isBetween(q, 8, 22) && !has(q, 'person.consents', 'any-hour')) forbidding.push('CN-CBA-TIME');
  if (isCall(q) && onDays(q, 'dialUnanswered', 1, sameNumber(q)) >= 6 && !has(q, 'person.consents', 'more-calls'))
    forbidding.push('CN-CBA-DIAL');
  if (mayBeThirdPerson(q) && !isAnswer(q)) {
    const unreachable = is(q, 'debtor.numberInvalid', true) || isAtLeast(q, 'debtor.failedTriesInRow', 3);
    if (!unreachable) forbidding.push('CN-CBA-3P-WHEN');
    if (q.contact.purpose !== 'locate') forbidding.push('CN-CBA-3P-NOCOLLECT');
    const { 'person.relation': relation = '' } = q.facts.values;
    const reason = isTold(q, 'debtor.numberInvalid') || isTold(q, 'debtor.failedTriesInRow');
    if (relation === '' || !reason) forbidding.push('CN-CBA-3P-KIND');
  }
  // What a machine says is a recording already.
  if (q.contact.channel === 'call' && !is(q, 'contact.recorded', true)) forbidding.push('CN-CBA-PHONE-REC');
  if (isVisit(q)) {
    const two = isAtLeast(q, 'visit.collectors', 2);
    const papers = is(q, 'visit.credentials', true);
    const door = is(q, 'visit.entered', false) || is(q, 'visit.consent', true);
    if (!two || !papers || !door) forbidding.push('CN-CBA-VISIT');
  }
  if (isVisit(q) && !is(q, 'contact.publicPlace', false)) forbidding.push('CN-CBA-POST');
  if (q.contact.by === 'agency') {
    const listed = is(q, 'agency.listed', true) && is(q, 'agency.published', true);
    if (!listed || !runsStill(q, 'agency.inspectedUntil')) forbidding.push('CN-CBA-AGENCY');
  }
  return forbidding;
}

/** GB/T 45251-2025, internet finance: personal consumer credit, after the loan; issued and in force on 28 February 2025. */
export function nationalStandard(q: Question): string[] {
  const forbidding: string[] = [];
  if (today(q) < '2025-02-28') return forbidding;
  if (isCollecting(q) && !owes(q)) forbidding.push('CN-GBT-WHO');
  if (isCall(q) && onDays(q, 'effectiveCall', 1, samePerson(q)) >= 3) forbidding.push('CN-GBT-CALLS');
  if (!isBetween(q, 8, 22) && !has(q, 'person.consents', 'any-hour')) forbidding.push('CN-GBT-TIME');
  if (mayBeThirdPerson(q)) {
    if (!isAnswer(q) && !is(q, 'debtor.reachable', false)) forbidding.push('CN-GBT-CONTACT');
    if (!is(q, 'person.refused', false)) forbidding.push('CN-GBT-REFUSE');
  }
  if (!is(q, 'actor.kind', 'machine')) {
    if (!runsStill(q, 'actor.trainedUntil')) forbidding.push('CN-GBT-TRAIN');
    if (!is(q, 'actor.violentRecord', false)) forbidding.push('CN-GBT-HIRE');
  }
  if (q.contact.by === 'agency' && !runsStill(q, 'agency.evaluatedUntil')) forbidding.push('CN-GBT-AGENCY');
  return forbidding;
}

/** He owes it, answers for it without condition, inherited it, or stands for one of these. */
function owes({ facts: { values } }: Question): boolean {
  const role = values['person.role'];
  return (
    role === 'debtor' ||
    role === 'coDebtor' ||
    role === 'jointGuarantor' ||
    role === 'heir' ||
    role === 'representative'
  );
}

/**
 * Bank card measures: an instalment agreement that is performed stops all collection, and what prepares it. The reminder of
 * its own instalments is not meant.
 */
export function cards(q: Question): string[] {
  const { purpose } = q.contact;
  const collection = purpose === 'collect' || purpose === 'locate' || purpose === 'legal-notice';
  return collection && !is(q, 'case.planKept', false) ? ['CN-CC-70-STOP'] : [];
}

/** What a text may not say, and to whom. */
export function chineseText(q: Question): string[] {
  const forbidding: string[] = [];
  if (today(q) < '2026-01-30') return forbidding;
  if (!lacks(q, 'template.flags', 'third-party-disclosure')) forbidding.push('CN-CBA-3P-SILENT');
  if (!lacks(q, 'template.flags', 'impersonation')) forbidding.push('CN-CBA-IMPERS');
  if (!lacks(q, 'template.flags', 'extra-fee') || !lacks(q, 'template.flags', 'push-to-borrow'))
    forbidding.push('CN-CBA-FEE');
  return forbidding;
}
