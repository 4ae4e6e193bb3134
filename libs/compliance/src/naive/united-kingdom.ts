import { daysFrom, has, is, isBetween, today, type Question } from './question.js';

/** What asks for payment or prepares it. */
const presses = ['collect', 'remind-due', 'plan-admin', 'legal-notice', 'locate'];

/** CONC 7, and the breathing space of England and Wales, which there is since 4 May 2021. */
export function consumerCredit(q: Question): string[] {
  const forbidding: string[] = [];
  const { contact, facts } = q;
  if (contact.channel !== 'letter' && !isBetween(q, 8, 21) && !has(q, 'person.consents', 'any-hour'))
    forbidding.push('UK-CONC-TIME');
  if (!presses.includes(contact.purpose)) return forbidding;
  if (!is(q, 'case.disputed', false)) forbidding.push('UK-CONC-DISPUTE');
  if (today(q) < '2021-05-04') return forbidding;
  if (!is(q, 'debtor.breathingSpace', false)) {
    const since = facts.values['debtor.breathingSpaceFrom'];
    if (typeof since !== 'string' || daysFrom(since, today(q)) < 60) forbidding.push('UK-BREATH-60');
  }
  const crisis = facts.values['debtor.crisis'];
  if (crisis !== 'none') {
    const ended = facts.values['debtor.crisisEndedOn'];
    const longOver = crisis === 'over' && typeof ended === 'string' && daysFrom(ended, today(q)) > 30;
    if (!longOver) forbidding.push('UK-CRISIS-30');
  }
  return forbidding;
}
