import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contradictions } from './load.js';
import { loadPacks, packErrorText, type FactValues, type Rule, type RulePack } from './index.js';

const folder = new URL('../packs/', import.meta.url);
const loaded = loadPacks(
  readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') })),
);
if (!loaded.ok) throw new Error(loaded.errors.map(packErrorText).join('\n'));
const { packs } = loaded;
const rules = packs.flatMap((pack) => pack.rules.map((rule) => ({ pack, rule })));

/**
 * Every rule of the design's tables, written down a second time: pack, id, severity, since when, and whether its number waits
 * for a source (`~`). A row of a table may be several rules: the dates and severities here were not read from the packs.
 */
const rows: readonly Row[] = [
  ...of('cn-cba-2026', 'self-regulation', '2026-01-30', [
    ...['CN-CBA-TIME', 'CN-CBA-DIAL', 'CN-CBA-3P-WHEN', 'CN-CBA-3P-NOCOLLECT', 'CN-CBA-3P-KIND', 'CN-CBA-PHONE-REC'],
    ...['CN-CBA-VISIT', 'CN-CBA-POST', 'CN-CBA-IMPERS', 'CN-CBA-FEE', 'CN-CBA-AGENCY', 'CN-CBA-AI', 'CN-CBA-3P-SILENT'],
  ]),
  ...of('cn-gbt-45251-2025', 'self-regulation', '2025-02-28', [
    ...[
      'CN-GBT-WHO',
      'CN-GBT-CALLS',
      'CN-GBT-TIME',
      'CN-GBT-CONTACT',
      'CN-GBT-REFUSE',
      'CN-GBT-TRAIN',
      'CN-GBT-HIRE ~',
    ],
    ...['CN-GBT-AGENCY', 'CN-GBT-REC ~'],
  ]),
  ...of('cn-card', 'law', '2011-01-13', ['CN-CC-70-STOP', 'CN-CC-70-REC', 'CN-CC-REMIND ~', 'CN-CC-66']),
  ...of('cn-card', 'law', '2018-12-01', ['CN-CRIM-EFF']),
  ...of('cn-limitation', 'law', '2021-01-01', [
    ...['CN-LIM-188', 'CN-LIM-189', 'CN-LIM-194', 'CN-LIM-195', 'CN-LIM-J8', 'CN-LIM-J9', 'CN-LIM-J11', 'CN-LIM-J14'],
    ...['CN-LIM-J15', 'CN-LIM-J17', 'CN-LIM-J19', 'CN-GUAR-692'],
  ]),
  ...of('cn-limitation', 'law', '2021-05-25', ['CN-LIM-CARD3']),
  ...of('cn-statutes', 'law', '2013-03-15', ['CN-CREDIT-15', 'CN-CREDIT-25']),
  ...of('cn-statutes', 'law', '2021-11-01', [
    ...['CN-PIPL-21', 'CN-PIPL-23', 'CN-PIPL-24', 'CN-PIPL-28', 'CN-PIPL-55'],
  ]),
  ...of('us-regf', 'law', '2021-11-30', [
    ...['US-F-7IN7', 'US-F-COOL', 'US-F-TIME', 'US-F-ATTY', 'US-F-WORK', 'US-F-CEASE ~', 'US-F-OPTOUT ~', 'US-F-VALID'],
    ...['US-F-TIMEBAR', 'US-F-RETAIN', 'US-F-OPTOUT-TEXT ~', 'US-F-VALID-30 ~', 'US-F-DISPUTE'],
  ]),
  ...of('uk-conc7', 'law', '2021-05-04', ['UK-BREATH-60', 'UK-CRISIS-30']),
  ...of('uk-conc7', 'law', '2014-04-01', ['UK-CONC-DISPUTE', 'UK-CONC-TIME ~']),
  ...of('house-default', 'house', '2020-01-01', [
    ...['HOUSE-SMS-DAY ~', 'HOUSE-SMS-WEEK ~', 'HOUSE-LETTER-WEEK ~', 'HOUSE-VISIT-WEEK ~', 'HOUSE-VISIT-HOURS ~'],
    ...['HOUSE-SPRING-FESTIVAL ~', 'HOUSE-WORKPLACE ~', 'HOUSE-3P-TRIES ~', 'HOUSE-3P-ROW ~'],
  ]),
];

/** All is well: with these facts an ordinary contact, text or duty is permitted by every pack. An example's own facts come over them. */
const allIsWell: FactValues = {
  'contact.recorded': true,
  'contact.publicPlace': false,
  'person.role': 'debtor',
  'person.relation': 'self',
  'person.status': 'normal',
  'person.refused': false,
  'person.represented': false,
  'person.consents': [],
  'person.ceased': [],
  'person.hasOtherPoint': true,
  'point.kind': 'mobile',
  'point.place': 'other',
  'point.reserved': true,
  'point.optedOut': [],
  'debtor.numberInvalid': false,
  'debtor.reachable': false,
  'debtor.failedTriesInRow': 3,
  'debtor.daysOfFailedTries': 2,
  'debtor.hoursBetweenFailedTries': 3,
  'debtor.employerForbids': false,
  'debtor.breathingSpace': false,
  'debtor.crisis': 'none',
  'case.stage': 'calling',
  'case.planKept': false,
  'case.disputed': false,
  'case.timeBarred': false,
  'case.contacted': true,
  'case.firstContactOn': '2010-01-01',
  'case.validationNoticeOn': '2010-01-02',
  'actor.kind': 'human',
  'actor.trainedUntil': '2099-12-31',
  'actor.violentRecord': false,
  'agency.listed': true,
  'agency.published': true,
  'agency.inspectedUntil': '2099-12-31',
  'agency.evaluatedUntil': '2099-12-31',
  'agency.contractTerms': ['purpose', 'term', 'no-sub-entrusting', 'return-or-delete'],
  'visit.collectors': 2,
  'visit.credentials': true,
  'visit.entered': true,
  'visit.consent': true,
  'template.flags': [],
  'recording.keptYears': 10,
  'record.keptYears': 10,
  'reminder.daysBeforeDue': 5,
  'appraisal.byAmountAlone': false,
  'plan.agreedOrally': true,
  'plan.recorded': true,
  'plan.recordKeptUntilSettled': true,
  'model.fairnessEvidence': true,
  'credit.negativeReport': true,
  'credit.noticeGiven': true,
  'credit.disputeOpenDays': 3,
  'data.toAnotherController': false,
  'data.sensitive': true,
  'data.needed': true,
  'data.impactAssessed': true,
  'decision.automated': true,
  'decision.humanReview': true,
  'demand.proven': 2,
  'demand.daysApart': 40,
  'demand.monthsUnpaidSince': 4,
  'demand.receipt': 'arrived',
  'debt.principal': 6_000_000,
  'debt.kind': 'card',
  'debt.instalments': true,
  'debt.jointDebtors': false,
  'limitation.yearsSinceKnown': 1,
  'limitation.yearsSinceRight': 2,
  'limitation.runsFrom': 'last-instalment',
  'limitation.event': 'demand',
  'limitation.restarted': true,
  'limitation.takenFor': 'demand',
  'limitation.reach': 'whole',
  'limitation.obstacle': false,
  'limitation.monthsSinceObstacle': 0,
  'limitation.expired': false,
  'guarantee.term': 'default',
  'guarantee.monthsSinceDue': 2,
  'guarantee.takenAsInterrupted': false,
};

describe('every row of the tables', () => {
  it.each(rows)('$id ships in $pack since $effectiveFrom', (row) => {
    expect(
      packs.flatMap((pack) => pack.rules.filter(({ id }) => id === row.id).map((rule) => rowOf(pack, rule))),
    ).toEqual([row]);
  });

  it('is all that ships', () => {
    expect(rules.map(({ rule }) => rule.id).sort()).toEqual(rows.map(({ id }) => id).sort());
  });
});

describe('taken out of its pack', () => {
  it.each(rules)('$rule.id lets something through that it denied', ({ pack, rule }) => {
    expect(setFree(pack, rule)).not.toEqual([]);
  });
});

interface Row {
  pack: string;
  id: string;
  severity: Rule['severity'];
  effectiveFrom: string;
  verify: boolean;
}

function of(pack: string, severity: Rule['severity'], effectiveFrom: string, ids: readonly string[]): Row[] {
  return ids.map((id) => {
    const [name = '', mark] = id.split(' ');
    return { pack, id: name, severity, effectiveFrom, verify: mark === '~' };
  });
}

function rowOf({ pack }: RulePack, { id, severity, effectiveFrom, verify }: Rule): Row {
  return { pack, id, severity, effectiveFrom, verify };
}

/**
 * Names of the rule's denied examples that the whole pack denies as they say, where all else is well, and that the rest of
 * the pack permits: what stands between them and the debtor is this rule alone.
 */
function setFree(pack: RulePack, rule: Rule): string[] {
  const examples = rule.examples.map((example) => ({
    ...example,
    given: { ...example.given, facts: { ...allIsWell, ...example.given.facts } },
  }));
  const asked = { ...rule, examples } as Rule;
  const whole = new Set(contradictions(pack, asked, pack.rules).map(({ index }) => index));
  const rest = contradictions(
    pack,
    asked,
    pack.rules.filter((other) => other !== rule),
  );
  return rest
    .filter(({ index, message }) => !whole.has(index) && message.includes(' but is passes'))
    .map(({ index }) => rule.examples[index]?.name ?? '');
}
