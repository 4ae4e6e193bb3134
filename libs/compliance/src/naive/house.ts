import {
  has,
  inSpan,
  isAnswer,
  is,
  isAtLeast,
  isBetween,
  isCall,
  isCollecting,
  isVisit,
  mayBeThirdPerson,
  onDays,
  samePerson,
  today,
  type Question,
} from './question.js';

/** Eve and first day of Spring Festival. */
const springFestivals = [
  '2026-02-16',
  '2026-02-17',
  '2027-02-05',
  '2027-02-06',
  '2028-01-25',
  '2028-01-26',
  '2029-02-12',
  '2029-02-13',
  '2030-02-02',
  '2030-02-03',
];

/** The bank's own limits, anywhere. */
export function house(q: Question): string[] {
  const forbidding: string[] = [];
  const { channel } = q.contact;
  if (channel === 'sms' && isCollecting(q)) {
    if (onDays(q, 'smsSent', 1, samePerson(q)) >= 1) forbidding.push('HOUSE-SMS-DAY');
    if (inSpan(q, 'smsSent', 7, samePerson(q)) >= 3) forbidding.push('HOUSE-SMS-WEEK');
  }
  if (channel === 'letter' && isCollecting(q) && inSpan(q, 'letterPosted', 7, samePerson(q)) >= 1)
    forbidding.push('HOUSE-LETTER-WEEK');
  if (isVisit(q)) {
    if (isCollecting(q) && inSpan(q, 'visitMade', 7, samePerson(q)) >= 1) forbidding.push('HOUSE-VISIT-WEEK');
    const holiday = q.facts.holidays?.includes(today(q)) === true;
    if (!isBetween(q, 9, 19) || holiday) forbidding.push('HOUSE-VISIT-HOURS');
  }
  const workplace = !is(q, 'point.place', 'other');
  if (workplace && !is(q, 'person.hasOtherPoint', false) && !has(q, 'person.consents', 'workplace'))
    forbidding.push('HOUSE-WORKPLACE');
  if (mayBeThirdPerson(q) && !isAnswer(q)) {
    if (inSpan(q, 'thirdPartyContact', 30, samePerson(q)) >= 2) forbidding.push('HOUSE-3P-TRIES');
    const three =
      isAtLeast(q, 'debtor.failedTriesInRow', 3) &&
      isAtLeast(q, 'debtor.daysOfFailedTries', 2) &&
      isAtLeast(q, 'debtor.hoursBetweenFailedTries', 3);
    if (!three && !is(q, 'debtor.numberInvalid', true)) forbidding.push('HOUSE-3P-ROW');
  }
  return forbidding;
}

/** The festival is kept in China. */
export function houseInChina(q: Question): string[] {
  const collecting = isCollecting(q) || q.contact.purpose === 'locate';
  return isCall(q) && collecting && springFestivals.includes(today(q)) ? ['HOUSE-SPRING-FESTIVAL'] : [];
}
