// Microseconds of one core's time that a contact takes: all Chinese packs, beside three rules as one would write them by
// hand. Prints one line of JSON.
import { readFileSync, readdirSync } from 'node:fs';
import { compilePacks, evaluate, loadPacks } from '../dist/index.js';

const folder = new URL('../packs/', import.meta.url);

function chinesePacks() {
  const files = readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
  const loaded = loadPacks(files);
  if (!loaded.ok) throw new Error('the packs that ship do not load');
  return compilePacks(loaded.packs.filter(({ jurisdiction }) => jurisdiction === 'CN' || jurisdiction === 'any'));
}

/** What a gate knows of a debtor of whom all is well. */
const values = {
  'contact.recorded': true,
  'contact.publicPlace': false,
  'person.role': 'debtor',
  'person.status': 'normal',
  'person.refused': false,
  'person.represented': false,
  'person.consents': [],
  'person.hasOtherPoint': true,
  'point.kind': 'mobile',
  'point.place': 'other',
  'point.reserved': true,
  'point.optedOut': [],
  'debtor.numberInvalid': false,
  'debtor.reachable': true,
  'debtor.failedTriesInRow': 1,
  'debtor.daysOfFailedTries': 1,
  'debtor.hoursBetweenFailedTries': 5,
  'case.stage': 'calling',
  'case.planKept': false,
  'case.disputed': false,
  'actor.kind': 'human',
  'actor.trainedUntil': '2027-03-31',
  'actor.violentRecord': false,
};
const contactPerson = {
  ...values,
  'person.role': 'relatedThird',
  'person.relation': 'parent',
  'debtor.reachable': false,
  'debtor.failedTriesInRow': 4,
  'debtor.daysOfFailedTries': 3,
};
const agency = {
  ...values,
  'agency.listed': true,
  'agency.published': true,
  'agency.inspectedUntil': '2027-06-30',
  'agency.evaluatedUntil': '2027-06-30',
};
const visit = { ...values, 'visit.collectors': 2, 'visit.credentials': true, 'visit.consent': true };

const person = 'person-1';
const number = 'number-1';
const about = { person, number, caseId: 'case-1', debts: ['debt-1', 'debt-2'] };
/** A month with a call every other day, twice unanswered, and an SMS a week. */
const month = Array.from({ length: 30 }, (_, day) => {
  const at = new Date(Date.UTC(2026, 9, 10 + day, 2, 30)).toISOString();
  const kinds = [
    ...(day % 2 === 0 ? ['dialPlaced', 'dialUnanswered', 'anyContact'] : []),
    ...(day % 7 === 0 ? ['smsSent'] : []),
  ];
  return kinds.map((kind) => ({ kind, at, ...about }));
}).flat();
const today = (kind, times) =>
  Array.from({ length: times }, (_, n) => ({
    kind,
    at: new Date(Date.UTC(2026, 10, 9, 0, 5 + n)).toISOString(),
    ...about,
  }));
const dispute = {
  holdId: 'hold-1',
  kind: 'dispute',
  effects: ['contact', 'escalation'],
  allows: ['serve', 'complaint-reply'],
  from: '2026-11-01T00:00:00.000Z',
  until: '2026-11-20T00:00:00.000Z',
};
const holidays = ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07'];

const contact = (of) => ({
  at: '2026-11-09T03:00:00.000Z',
  channel: 'sms',
  purpose: 'collect',
  by: 'firstParty',
  caseId: 'case-1',
  person,
  number,
  debts: ['debt-1', 'debt-2'],
  zones: ['Asia/Shanghai'],
  jurisdiction: 'CN',
  ...of,
});
const facts = (of = {}) => ({ values, events: month, holds: [], holidays, ...of });

/** Two of three are permitted. */
export const asked = [
  [contact(), facts()],
  [contact({ purpose: 'remind-due' }), facts({ events: [] })],
  [contact({ channel: 'call' }), facts()],
  [contact({ channel: 'call' }), facts({ events: [...month, ...today('dialUnanswered', 5)] })],
  [contact({ channel: 'voiceBot' }), facts()],
  [contact({ channel: 'call', by: 'agency' }), facts({ values: agency })],
  [contact({ channel: 'call', purpose: 'locate' }), facts({ values: contactPerson })],
  [contact({ channel: 'letter', purpose: 'legal-notice', number: undefined }), facts()],
  [contact({ channel: 'visit', number: undefined }), facts({ values: visit })],
  [contact({ channel: 'email', purpose: 'serve' }), facts({ holds: [dispute] })],
  [contact({ at: '2026-11-09T19:00:00.000Z' }), facts()],
  [contact({ channel: 'call' }), facts({ events: [...month, ...today('dialUnanswered', 6)] })],
  [contact(), facts({ events: [...month, ...today('smsSent', 1)] })],
  [contact({ channel: 'call' }), facts({ holds: [dispute] })],
  [contact({ channel: 'call', purpose: 'locate' }), facts({ values: { ...contactPerson, 'debtor.reachable': true } })],
];

const eight = 8 * 3_600_000;
const day = 86_400_000;
/** Night, six unanswered dials a day, three effective calls a day: for one zone, with no word on why and until when. */
export function byHand(of, { events, values: known }) {
  const at = Date.parse(of.at);
  const local = at + eight;
  const minutes = (local % day) / 60_000;
  if ((minutes < 480 || minutes >= 1320) && !known['person.consents'].includes('any-hour')) return false;
  if (of.channel !== 'call' && of.channel !== 'voiceBot') return true;
  const midnight = local - (local % day) - eight;
  let unanswered = 0;
  let effective = 0;
  for (const event of events) {
    if (Date.parse(event.at) < midnight) continue;
    if (event.kind === 'dialUnanswered' && event.number === of.number) unanswered += 1;
    if (event.kind === 'effectiveCall' && event.person === of.person) effective += 1;
  }
  return unanswered < 6 && effective < 3;
}

// Counted by the processor time of this process, so that a busy machine does not make the rules look slow.
const usedUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function microseconds(of, ask, forMs) {
  const start = usedUs();
  let contacts = 0;
  while (usedUs() - start < forMs * 1000) {
    for (let round = 0; round < 20; round += 1) for (const [one, known] of of) ask(one, known);
    contacts += 20 * of.length;
  }
  return (usedUs() - start) / contacts;
}

/** @param {number} forMs how long to measure each */
export function measure(forMs = 1000) {
  const packs = chinesePacks();
  const ask = (one, known) => evaluate(packs, one, known);
  const permitted = asked.filter(([one, known]) => ask(one, known).verdict === 'permit');
  const denied = asked.filter((one) => !permitted.includes(one));
  microseconds(asked, ask, forMs);
  microseconds(asked, byHand, forMs / 4);
  return {
    rules: packs.rules.filter((rule) => rule.asked === 'contact').length,
    contacts: asked.length,
    permitted: permitted.length,
    usAContact: microseconds(asked, ask, forMs),
    usPermitted: microseconds(permitted, ask, forMs),
    usDenied: microseconds(denied, ask, forMs),
    usByHand: microseconds(asked, byHand, forMs / 4),
  };
}

if (import.meta.url === `file://${process.argv[1]}`) console.log(JSON.stringify(measure()));
