import { bankingAssociation, cards, chineseText, nationalStandard } from './china.js';
import { house, houseInChina } from './house.js';
import { consumerCredit } from './united-kingdom.js';
import { americanText, regulationF } from './united-states.js';
import type { Checker, Question } from './question.js';

const checkers: Record<string, readonly Checker[]> = {
  CN: [bankingAssociation, nationalStandard, cards, house, houseInChina],
  US: [regulationF, house],
  GB: [consumerCredit, house],
};

/** A text is judged by what was found in it. */
const textCheckers: Record<string, readonly Checker[]> = { CN: [chineseText], US: [americanText], GB: [] };

/** Where a debtor may live of whom nobody knows it. */
const zonesOf: Record<string, readonly string[]> = {
  CN: ['Asia/Shanghai'],
  US: [
    ...['America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles'],
    ...['America/Anchorage', 'Pacific/Honolulu'],
  ],
  GB: ['Europe/London'],
};

/** The rows of the tables that forbid this contact at `t`; none: it may be made. The clock of every zone has a say. */
export function forbiddenBy(jurisdiction: string, question: Omit<Question, 'zone'>): string[] {
  const { contact, facts, t } = question;
  const rows = new Set<string>();
  if (facts.neverContact === true) rows.add('NEVER-CONTACT');
  if (isHeld(question)) rows.add('HOLD');
  for (const zone of contact.zones.length > 0 ? contact.zones : (zonesOf[jurisdiction] ?? []))
    for (const checker of (contact.asked === 'template' ? textCheckers : checkers)[jurisdiction] ?? [])
      for (const row of checker({ contact, facts, t, zone })) rows.add(row);
  return [...rows].sort();
}

/** Some hold on this case, on him or on one of the debts stops contact now and does not let this purpose through. */
function isHeld({ contact, facts, t }: Omit<Question, 'zone'>): boolean {
  for (const { effects, allows, from, until, accounts, persons } of facts.holds) {
    if (!effects.includes('contact') || allows.includes(contact.purpose)) continue;
    if (t < Date.parse(from) || (until !== undefined && t >= Date.parse(until))) continue;
    if (accounts !== undefined && !accounts.some((account) => contact.debts.includes(account))) continue;
    if (persons !== undefined && !persons.includes(contact.person)) continue;
    return true;
  }
  return false;
}
