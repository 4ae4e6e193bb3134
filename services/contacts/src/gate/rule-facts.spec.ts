import { describe, expect, it } from '@jest/globals';
import { factKinds } from '@arrears/compliance';
import type { AccountFacts, CaseFacts } from '@arrears/contracts';
import type { GateActor, GateFacts, GatePerson, GatePoint } from './facts.js';
import { factValues } from './rule-facts.js';

const now = '2026-11-09T04:00:00.000Z';
const account = (accountId: string, status: AccountFacts['status']): AccountFacts => ({
  ...{
    accountId,
    loanId: accountId,
    episode: 1,
    status,
    product: 'card',
    currency: 'CNY',
    principal: '1',
    interest: '0',
  },
  ...{ fees: '0', overdue: '1', earliestUnpaidDue: null, nextDue: null },
});
const theCase = (of: Partial<CaseFacts> = {}): CaseFacts => ({
  ...{ caseId: 'c', caseNo: 'C-2', agreementId: 'A', debtorId: 'p', caseSeq: 1, voidBefore: 0, status: 'open' },
  ...{ stage: 'calling', level: 'normal', branch: null, creditorName: 'Bank', timeZone: 'Asia/Shanghai' },
  ...{ accounts: [account('a', 'open'), account('b', 'plan')], holds: [] },
  ...of,
});
const person = (of: Partial<GatePerson> = {}): GatePerson => ({
  ...{
    role: 'debtor',
    relation: null,
    timeZone: null,
    language: null,
    status: 'normal',
    barred: false,
    refused: false,
  },
  ...{ consents: [], ceased: [], hasOtherPoint: false },
  ...of,
});
const point = (of: Partial<GatePoint> = {}): GatePoint => ({
  ...{ contactPointId: 'x', kind: 'mobile', number: 'n', place: 'workplace', reserved: true, valid: 'yes' },
  ...{ optedOut: ['email'], bars: [] },
  ...of,
});
const machine: GateActor = { kind: 'machine', agency: null };
const facts = (of: Partial<GateFacts> = {}): GateFacts => ({
  ...{ now, stops: [], case: theCase(), heartbeatAgeMs: 0, parked: false, person: person(), points: [], events: [] },
  ...{ lastInboundAt: null, actor: machine, debtor: null, holidays: [], jurisdiction: null },
  actsAs: 'firstParty',
  ...of,
});
const values = (of: Partial<GateFacts> = {}, known = theCase(), at: GatePoint | null = point(), covers = ['a']) =>
  factValues({ covers }, facts(of), known, at);

describe('what packs are told of an ordinary machine message to a debtor', () => {
  it('is this', () => {
    expect(values()).toEqual({
      'person.role': 'debtor',
      'person.status': 'normal',
      'person.represented': false,
      'person.refused': false,
      'person.consents': [],
      'person.ceased': [],
      'person.hasOtherPoint': false,
      'point.kind': 'mobile',
      'point.place': 'workplace',
      'point.reserved': true,
      'point.optedOut': ['email'],
      'case.stage': 'calling',
      'case.planKept': false,
      'case.disputed': false,
      'debtor.breathingSpace': false,
      'actor.kind': 'machine',
    });
  });

  it('names facts of the vocabulary only', () => {
    const all = factValues(
      {
        covers: ['a'],
        circumstances: {
          recorded: true,
          collectors: 2,
          credentialsShown: true,
          entering: true,
          entryConsent: false,
          publicPlace: false,
        },
      },
      facts({
        debtor: {
          ...{ numberInvalid: true, reachable: false, failedTriesInRow: 2 },
          ...{ daysOfFailedTries: 1, hoursBetweenFailedTries: 4 },
        },
        actor: {
          ...{ kind: 'human', trainedUntil: '2027-01-01', violentRecord: false },
          agency: {
            known: true,
            listed: true,
            published: true,
            inspectedUntil: '2027-01-01',
            evaluatedUntil: '2027-02-01',
            contractTerms: ['purpose'],
          },
        },
      }),
      theCase(),
      point(),
    );
    for (const name of Object.keys(all)) expect(Object.keys(factKinds)).toContain(name);
    expect(all).toMatchObject({
      'debtor.numberInvalid': true,
      'debtor.reachable': false,
      'debtor.failedTriesInRow': 2,
      'debtor.daysOfFailedTries': 1,
      'debtor.hoursBetweenFailedTries': 4,
      'contact.recorded': true,
      'contact.publicPlace': false,
      'visit.collectors': 2,
      'visit.credentials': true,
      'visit.entered': true,
      'visit.consent': false,
    });
  });

  it('is little where neither person nor point is known', () => {
    expect(values({ person: null }, theCase(), null)).toEqual({
      'case.stage': 'calling',
      'case.planKept': false,
      'case.disputed': false,
      'debtor.breathingSpace': false,
      'actor.kind': 'machine',
    });
  });
});

describe('the person', () => {
  it('is represented by his status', () => {
    expect(values({ person: person({ status: 'represented' }) })).toMatchObject({ 'person.represented': true });
  });

  it('refuses as a third person, by himself or by his number', () => {
    const third = { role: 'relatedThird', relation: 'parent' };
    const refused = (of: Partial<GatePerson>, at = point()) =>
      values({ person: person(of) }, theCase(), at)['person.refused'];
    expect(refused({ ...third, refused: true })).toBe(true);
    expect(refused(third, point({ bars: ['third-party-refused'] }))).toBe(true);
    expect(refused(third, point({ bars: ['wrong-person'] }))).toBe(false);
    expect(refused({ refused: true })).toBe(false);
    expect(refused({ role: 'jointGuarantor', refused: true }, point({ bars: ['third-party-refused'] }))).toBe(false);
  });

  it('demanded that contact cease, under whichever of his ids', () => {
    const ceased = ['sms', 'email', 'sms'];
    expect(values({ person: person({ ceased }) })['person.ceased']).toEqual(['email', 'sms']);
  });

  it('has agreed for all points, or for the one that is asked about', () => {
    const consents = [
      { kind: 'more-calls', pointId: null },
      { kind: 'any-hour', pointId: 'x' },
      { kind: 'any-hour', pointId: 'x' },
      { kind: 'workplace', pointId: 'y' },
    ];
    expect(values({ person: person({ consents }) })['person.consents']).toEqual(['any-hour', 'more-calls']);
    expect(values({ person: person({ consents }) }, theCase(), null)['person.consents']).toEqual(['more-calls']);
  });
});

describe('the case', () => {
  it('is under a plan where one of the covered accounts is', () => {
    expect(values({}, theCase(), point(), ['a', 'b'])['case.planKept']).toBe(true);
    expect(values({}, theCase(), point(), ['a'])['case.planKept']).toBe(false);
  });

  it.each<[string, object[], object]>([
    ['none', [], { 'debtor.breathingSpace': false }],
    // Nine in the evening in London is the next morning in Shanghai.
    ['one', [{ from: '2026-11-01T21:00:00.000Z' }], { 'debtor.breathingSpaceFrom': '2026-11-02' }],
    [
      'two, by the later',
      [{ from: '2026-11-04T00:00:00.000Z' }, { from: '2026-11-03T00:00:00.000Z' }],
      { 'debtor.breathingSpaceFrom': '2026-11-04' },
    ],
    ['one that is over', [{ until: now }], { 'debtor.breathingSpace': false }],
    ['another kind of hold', [{ kind: 'hardship' }], { 'debtor.breathingSpace': false }],
    ['one of the debtor', [{ persons: ['d'] }], { 'debtor.breathingSpace': true }],
    ['one of the guarantor', [{ persons: ['g'] }], { 'debtor.breathingSpace': false }],
    ['one of another account', [{ accounts: ['b'] }], { 'debtor.breathingSpace': false }],
  ])('tells of a breathing space: %s', (_, of, told) => {
    const hold = { holdId: 'h', kind: 'breathing-space', effects: [], allows: [], from: '2026-11-01T00:00:00.000Z' };
    const holds = of.map((one) => ({ ...hold, ...one }));
    const all = values({}, { ...theCase(), debtorId: 'd', holds }, point(), ['a']);
    expect(all).toMatchObject(told);
    if (told['debtor.breathingSpace' as keyof typeof told] === false)
      expect(all).not.toHaveProperty(['debtor.breathingSpaceFrom']);
  });

  it.each<[string, object, boolean]>([
    ['now', {}, true],
    ['of a covered account', { accounts: ['a'] }, true],
    ['of another account', { accounts: ['b'] }, false],
    ['of a covered and another account', { accounts: ['b', 'a'] }, true],
    ['that begins now', { from: now }, true],
    ['that begins later', { from: '2026-11-09T04:00:00.001Z' }, false],
    ['that ends later', { until: '2026-11-09T04:00:00.001Z' }, true],
    ['that ends now', { until: now }, false],
    ['that is none', { kind: 'hardship' }, false],
  ])('is disputed by a dispute %s: %j is %s', (_, of, disputed) => {
    const hold = { holdId: 'h', kind: 'dispute', effects: [], allows: [], from: '2026-11-01T00:00:00.000Z', ...of };
    expect(values({}, theCase({ holds: [hold] }))['case.disputed']).toBe(disputed);
  });
});

describe('who makes the contact', () => {
  const of = (actor: GateActor) => values({ actor });
  const human = { kind: 'human', trainedUntil: null, violentRecord: null, agency: null } as const;

  it('is a person of whom only what was entered is known', () => {
    expect(of(human)).toMatchObject({ 'actor.kind': 'human' });
    expect(of(human)).not.toHaveProperty(['actor.trainedUntil']);
    expect(of(human)).not.toHaveProperty(['actor.violentRecord']);
    expect(of({ ...human, trainedUntil: '2027-01-01', violentRecord: false })).toMatchObject({
      'actor.trainedUntil': '2027-01-01',
      'actor.violentRecord': false,
    });
  });

  it('works for an agency of which only what was entered is known', () => {
    const agency = {
      known: true,
      listed: true,
      published: false,
      inspectedUntil: '2027-03-01',
      evaluatedUntil: '2027-02-01',
      contractTerms: ['purpose', 'term'],
    } as const;
    expect(of({ ...human, agency })).toMatchObject({
      'agency.listed': true,
      'agency.published': false,
      'agency.inspectedUntil': '2027-03-01',
      'agency.evaluatedUntil': '2027-02-01',
      'agency.contractTerms': ['purpose', 'term'],
    });
    const without = { ...human, agency: { ...agency, inspectedUntil: null, evaluatedUntil: null } };
    expect(of(without)).not.toHaveProperty(['agency.inspectedUntil']);
    expect(of(without)).not.toHaveProperty(['agency.evaluatedUntil']);
    expect(of({ ...human, agency: { known: false } })).not.toHaveProperty(['agency.listed']);
    expect(of(human)).not.toHaveProperty(['agency.listed']);
  });
});
