import { describe, expect, it } from '@jest/globals';
import { compilePacks, rulePack } from '@arrears/compliance';
import type { AccountFacts, CaseFacts, PermitRequest, Purpose } from '@arrears/contracts';
import type { GateFacts, GatePerson, GatePoint } from './facts.js';
import { decide } from './gate.js';
import { loadRuleBook } from './packs.js';

const { packs } = loadRuleBook().of({ packs: ['cn-cba-2026', 'house-default'], jurisdiction: null });
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [caseId, debtorId, account, other, pointA, pointB] = [1, 2, 3, 4, 5, 6].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const noon = '2026-11-09T04:00:00.000Z';

const accountFacts = (accountId: string, status: AccountFacts['status'] = 'open'): AccountFacts => ({
  accountId,
  loanId: `L-${accountId.slice(-1)}`,
  episode: 1,
  status,
  product: 'credit-card',
  currency: 'CNY',
  principal: '100',
  interest: '0',
  fees: '0',
  overdue: '100',
  earliestUnpaidDue: '2026-11-01',
  nextDue: null,
});
const theCase = (of: Partial<CaseFacts> = {}): CaseFacts => ({
  caseId,
  caseNo: 'C-2222',
  agreementId: 'AGR-1',
  debtorId,
  caseSeq: 5,
  voidBefore: 0,
  status: 'open',
  stage: 'reminder',
  level: 'normal',
  branch: null,
  creditorName: 'Bank',
  timeZone: 'Asia/Shanghai',
  accounts: [accountFacts(account)],
  holds: [],
  ...of,
});
const point = (contactPointId: string, of: Partial<GatePoint> = {}): GatePoint => ({
  contactPointId,
  kind: 'mobile',
  number: contactPointId.slice(-1),
  place: 'other',
  reserved: false,
  valid: 'unknown',
  optedOut: [],
  bars: [],
  ...of,
});
const debtor = (of: Partial<GatePerson> = {}): GatePerson => ({
  role: 'debtor',
  relation: null,
  timeZone: null,
  language: null,
  status: 'normal',
  barred: false,
  refused: false,
  consents: [],
  ceased: [],
  hasOtherPoint: true,
  ...of,
});
const request = (of: Partial<PermitRequest> = {}): PermitRequest => ({
  contactId: id(9),
  effectKey: 'case:1:reminder-1',
  step: 'reminder-1',
  caseId,
  agreementId: 'AGR-1',
  debtorId,
  personId: debtorId,
  contactPointIds: [pointA],
  channel: 'sms',
  purpose: 'collect',
  covers: [account],
  expects: { caseSeq: 5 },
  templateId: 'reminder',
  templateVersion: 1,
  contentKey: 'k',
  actor: 'machine',
  ...of,
});
const facts = (of: Partial<GateFacts> = {}): GateFacts => ({
  now: noon,
  stops: [],
  case: theCase(),
  heartbeatAgeMs: 500,
  parked: false,
  person: debtor(),
  points: [point(pointA)],
  events: [],
  lastInboundAt: null,
  actor: { kind: 'machine', agency: null },
  debtor: null,
  holidays: [],
  jurisdiction: null,
  actsAs: 'firstParty',
  ...of,
});

describe('the gate grants', () => {
  it('a reminder at noon, valid until the contact window closes', () => {
    expect(decide(request(), facts(), packs)).toMatchObject({
      verdict: 'granted',
      point: point(pointA),
      validUntil: '2026-11-09T14:00:00.000Z',
      timeZone: 'Asia/Shanghai',
    });
  });

  it('by the clock of the person when it is known', () => {
    const person = debtor({ timeZone: 'Europe/London' });
    expect(decide(request(), facts({ person }), packs)).toMatchObject({
      verdict: 'denied',
      earliest: '2026-11-09T08:00:00.000Z',
    });
  });

  it.each([null, 'Nowhere/Land'])('by the clocks of all zones he may live in when his is %s', (timeZone) => {
    const person = debtor({ timeZone });
    const bound = loadRuleBook().of({ packs: ['us-regf'], jurisdiction: 'US' }).packs;
    const known = theCase({ timeZone: 'America/New_York' });
    const at = (now: string) =>
      decide(request({ agencyId: 'a', purpose: 'statutory-notice' }), facts({ now, person, case: known }), bound);
    // Eight in the morning in New York is five in California, and two in Honolulu.
    expect(at('2026-11-09T13:00:00.000Z')).toMatchObject({
      verdict: 'denied',
      denials: [{ rule: 'US-F-TIME' }],
      earliest: '2026-11-09T18:00:00.000Z',
    });
    // Until nine in the evening in New York.
    expect(at('2026-11-09T18:00:00.000Z')).toMatchObject({
      verdict: 'granted',
      validUntil: '2026-11-10T02:00:00.000Z',
      timeZone: 'America/New_York',
    });
  });

  it.each<['firstParty' | 'agency' | 'buyer', string | undefined, string]>([
    ['firstParty', undefined, 'firstParty'],
    ['buyer', undefined, 'buyer'],
    ['agency', undefined, 'agency'],
    ['buyer', 'ag-1', 'agency'],
    ['firstParty', 'ag-1', 'agency'],
  ])('acting as %s, by agency %s: as %s', (actsAs, agencyId, by) => {
    const house = loadRuleBook().of({ packs: ['house-default'], jurisdiction: null }).packs;
    const asked = request({ agencyId, purpose: 'statutory-notice' });
    expect(decide(asked, facts({ actsAs }), house)).toMatchObject({ asked: { contact: { by } } });
  });

  it('by the clock of the case too, where it lies outside of the packs’ country', () => {
    const known = theCase({ timeZone: 'Europe/London' });
    expect(decide(request(), facts({ case: known }), packs)).toMatchObject({
      verdict: 'denied',
      earliest: '2026-11-09T08:00:00.000Z',
    });
  });
});

describe('the gate is behind', () => {
  it.each<[string, Partial<GateFacts>, Partial<PermitRequest>, string]>([
    ['when it never heard of the case', { case: null }, {}, 'nothing is known of this case yet'],
    [
      'when the case had heard more than the gate',
      {},
      { expects: { caseSeq: 6 } },
      'the case is known up to 5, the step expects 6',
    ],
    ['when a fact of the case is parked', { parked: true }, {}, 'a fact about this case is parked'],
    ['when the feed never beat', { heartbeatAgeMs: null }, {}, 'the feed of cases has been silent for more than 4 s'],
    [
      'when the last heartbeat is older than 4 s',
      { heartbeatAgeMs: 4_001 },
      {},
      'the feed of cases has been silent for more than 4 s',
    ],
    ['when the person is unknown', { person: null }, {}, 'the person is not known yet'],
    ['when no point is known', { points: [] }, {}, 'none of the contact points is known yet'],
    [
      'when a point it could use is still unknown',
      { points: [point(pointA, { valid: 'no' })] },
      { contactPointIds: [pointA, pointB] },
      'a contact point is not known yet',
    ],
  ])('%s', (_, known, asked, detail) => {
    expect(decide(request(asked), facts(known), packs)).toEqual({ verdict: 'facts-behind', detail });
  });

  it('not by a heartbeat that is just 4 s old, nor by an unknown point when another can be used', () => {
    expect(decide(request(), facts({ heartbeatAgeMs: 4_000 }), packs).verdict).toBe('granted');
    expect(decide(request({ contactPointIds: [pointA, pointB] }), facts(), packs).verdict).toBe('granted');
  });

  it('not by a silent feed when the debtor asked himself', () => {
    const asked = facts({ heartbeatAgeMs: null, lastInboundAt: noon });
    expect(decide(request({ purpose: 'serve' }), asked, packs).verdict).toBe('granted');
  });
});

describe('a step is stale', () => {
  it.each<[string, Partial<CaseFacts>, Partial<PermitRequest>, string]>([
    [
      'when the case changed after it was planned',
      { caseSeq: 6, voidBefore: 6 },
      {},
      'the case changed at 6, after the step was planned at 5',
    ],
    ['when the case is closed', { status: 'closed' }, {}, 'the case is closed'],
    [
      'when a covered account was cured',
      { accounts: [accountFacts(account, 'cured')] },
      {},
      'a covered account is cured',
    ],
    ['when a covered account left', { accounts: [accountFacts(other)] }, {}, 'a covered account is not in the case'],
    [
      'when one of two covered accounts was paid',
      { accounts: [accountFacts(account), accountFacts(other, 'closed')] },
      { covers: [account, other] },
      'a covered account is closed',
    ],
    [
      'when the case belongs to another debtor',
      { debtorId: other },
      {},
      'the case belongs to another debtor or agreement',
    ],
    [
      'when it belongs to another agreement',
      { agreementId: 'AGR-2' },
      {},
      'the case belongs to another debtor or agreement',
    ],
  ])('%s', (_, known, asked, detail) => {
    expect(decide(request(asked), facts({ case: theCase(known) }), packs)).toEqual({ verdict: 'stale', detail });
  });

  it('not when the change is the one it was planned for', () => {
    const known = theCase({ caseSeq: 6, voidBefore: 5 });
    expect(decide(request(), facts({ case: known }), packs).verdict).toBe('granted');
  });

  it('not for a thank-you about an account that was cured in a closed case', () => {
    const known = theCase({ status: 'closed', voidBefore: 5, accounts: [accountFacts(account, 'closed')] });
    expect(decide(request({ purpose: 'confirm-payment' }), facts({ case: known }), packs).verdict).toBe('granted');
  });

  it.each<[Purpose, string]>([
    ['collect', 'stale'],
    ['remind-due', 'granted'],
    ['legal-notice', 'granted'],
    ['serve', 'granted'],
  ])('under a plan: %s is %s', (purpose, verdict) => {
    const known = theCase({ accounts: [accountFacts(account, 'plan')] });
    expect(decide(request({ purpose }), facts({ case: known, lastInboundAt: noon }), packs).verdict).toBe(verdict);
  });
});

describe('the gate chooses the point', () => {
  const both = { contactPointIds: [pointA, pointB] };

  it.each<[string, Partial<GatePoint>]>([
    ['an invalid one', { valid: 'no' }],
    ['one whose owner opted out of the channel', { optedOut: ['sms'] }],
    ['one of another kind', { kind: 'landline' }],
    ['one that belongs to a stranger', { bars: ['wrong-person'] }],
  ])('the first usable one, past %s', (_, of) => {
    const points = [point(pointA, of), point(pointB)];
    expect(decide(request(both), facts({ points }), packs)).toMatchObject({
      verdict: 'granted',
      point: { contactPointId: pointB },
    });
  });

  it('denies for ever when none is usable', () => {
    const decision = decide(request(), facts({ points: [point(pointA, { valid: 'no' })] }), packs);
    expect(decision).toMatchObject({ verdict: 'denied', earliest: 'never', denials: [{ rule: 'NO-USABLE-POINT' }] });
  });
});

describe('what the rules are asked', () => {
  const asked = (of: Partial<PermitRequest> = {}, known: Partial<GateFacts> = {}) => {
    const decision = decide(request(of), facts(known), packs);
    return decision.verdict === 'granted' || decision.verdict === 'denied' ? decision.asked : null;
  };

  it('is the contact as it is meant, at the first point, under the law of its place', () => {
    expect(asked()?.contact).toEqual({
      ...{ at: noon, channel: 'sms', purpose: 'collect', by: 'firstParty', caseId, person: debtorId, number: '5' },
      ...{ debts: [account], zones: ['Asia/Shanghai'] },
    });
    expect(asked({ agencyId: 'agency-1' }, { jurisdiction: 'CN' })?.contact).toMatchObject({
      by: 'agency',
      jurisdiction: 'CN',
    });
  });

  it('is asked in every zone of the packs where nobody knows his', () => {
    const known = { case: { ...theCase(), timeZone: null as unknown as string }, person: debtor() };
    expect(asked({}, known)?.contact.zones).toEqual(packs.zones);
    expect(decide(request(), facts(known), packs)).toMatchObject({ verdict: 'granted', timeZone: packs.zones[0] });
    const nowhere = { case: theCase({ timeZone: 'Nowhere/Land' }), person: debtor({ timeZone: 'Elsewhere' }) };
    expect(asked({}, nowhere)?.contact.zones).toEqual(packs.zones);
  });

  it('is of the first point where none can be used, and of no other', () => {
    const points = [point(pointA, { valid: 'no' }), point(pointB, { valid: 'no' })];
    const both = request({ contactPointIds: [pointA, pointB] });
    const decision = decide(both, facts({ points }), packs);
    expect(decision).toMatchObject({ verdict: 'denied', earliest: 'never', asked: { contact: { number: '5' } } });
    expect(decision.verdict === 'denied' && decision.denials.map(({ rule }) => rule)).toEqual(['NO-USABLE-POINT']);
  });

  it('are all points that can be used: told is what denies the first, and the earliest time of all', () => {
    // By number a dial a day: the first number is free tomorrow, the second now already.
    const dial = (number: string, at: string) =>
      Array.from({ length: 6 }, () => ({ kind: 'dialUnanswered' as const, at, number }));
    const call = request({ channel: 'call', contactPointIds: [pointA, pointB], circumstances: { recorded: true } });
    const person = debtor({ timeZone: 'Asia/Shanghai' });
    const points = [point(pointA), point(pointB)];
    const night = '2026-11-09T14:30:00.000Z';
    const events = [...dial('5', night), ...dial('6', '2026-11-08T12:00:00.000Z')];
    const later = decide(call, facts({ now: night, person, points, events }), packs);
    expect(later).toMatchObject({ verdict: 'denied', earliest: '2026-11-10T00:00:00.000Z' });
    expect(later.verdict === 'denied' && later.denials.map(({ rule }) => rule)).toEqual(['CN-CBA-TIME', 'CN-CBA-DIAL']);
    const now = decide(
      call,
      facts({ person, points, events: [...dial('5', noon), ...dial('6', '2026-11-08T12:00:00.000Z')] }),
      packs,
    );
    expect(now).toMatchObject({ verdict: 'granted', point: { contactPointId: pointB } });
  });
});

describe('where every point is denied', () => {
  const hourly = compilePacks([
    rulePack.parse({
      ...{
        pack: 'test',
        packVersion: '1',
        title: { zh: '试', en: 'test' },
        jurisdiction: 'CN',
        zones: ['Asia/Shanghai'],
      },
      rules: [
        {
          ...{
            id: 'NUMBER',
            zh: '限额',
            en: 'limit',
            effectiveFrom: '2026-01-01',
            binds: ['firstParty'],
            channels: 'all',
          },
          ...{ purposes: 'all', verdict: 'delay', severity: 'house', citation: { document: 'd', article: 'a' } },
          counter: { event: 'dialPlaced', key: 'number', window: { rolling: { hours: 5 } }, max: 1 },
          examples: [
            { name: 'a', given: { at: noon }, expect: 'passes' },
            { name: 'b', given: { at: noon }, expect: { denied: { until: 'never' } } },
          ],
        },
      ],
    }),
  ]);

  it('the earliest time is that of whichever is free first', () => {
    const events = [
      { kind: 'dialPlaced' as const, at: '2026-11-09T03:00:00.000Z', number: '5' },
      { kind: 'dialPlaced' as const, at: '2026-11-09T01:00:00.000Z', number: '6' },
    ];
    const both = request({ contactPointIds: [pointA, pointB], channel: 'call' });
    const answer = (points: GatePoint[]) => decide(both, facts({ points, events }), hourly);
    expect(answer([point(pointA), point(pointB)])).toMatchObject({
      ...{ verdict: 'denied', earliest: '2026-11-09T06:00:00.000Z' },
      denials: [{ until: '2026-11-09T08:00:00.000Z' }],
    });
    expect(answer([point(pointB), point(pointA)])).toMatchObject({
      ...{ earliest: '2026-11-09T06:00:00.000Z', denials: [{ until: '2026-11-09T06:00:00.000Z' }] },
    });
  });
});

describe('the gate denies', () => {
  const sent = (at: string, person = debtorId) => ({ kind: 'smsSent' as const, at, person });

  it('NIGHT: at three in the morning until eight', () => {
    expect(decide(request(), facts({ now: '2026-11-08T19:00:00.000Z' }), packs)).toMatchObject({
      verdict: 'denied',
      earliest: '2026-11-09T00:00:00.000Z',
      denials: [{ rule: 'CN-CBA-TIME' }],
    });
  });

  it('a second reminder on the same day, by whatever case the first was sent', () => {
    const events = [{ ...sent('2026-11-09T01:00:00.000Z'), caseId: id(77) }];
    expect(decide(request(), facts({ events }), packs)).toMatchObject({
      verdict: 'denied',
      earliest: '2026-11-10T00:00:00.000Z',
      denials: [{ rule: 'HOUSE-SMS-DAY', until: '2026-11-09T16:00:00.000Z' }],
    });
  });

  it('under a hold, except for what the hold allows', () => {
    const hold = {
      holdId: id(8),
      kind: 'dispute',
      effects: ['contact' as const],
      allows: ['serve'],
      from: '2026-11-01T00:00:00.000Z',
    };
    const known = facts({ case: theCase({ holds: [hold] }), lastInboundAt: noon });
    expect(decide(request(), known, packs)).toMatchObject({
      verdict: 'denied',
      earliest: 'never',
      denials: [{ rule: 'HOLD' }],
    });
    expect(decide(request({ purpose: 'serve' }), known, packs).verdict).toBe('granted');
  });

  it('whom nobody may ever contact, for any purpose', () => {
    const known = facts({ person: debtor({ barred: true }), lastInboundAt: noon });
    expect(decide(request({ purpose: 'serve' }), known, packs)).toMatchObject({ verdict: 'denied', earliest: 'never' });
  });
});

describe('a stop order', () => {
  const stop = (scope: 'all' | 'client' | 'policy' | 'channel' | 'region' | 'template', value: string | null) => ({
    stops: [{ stopOrderId: id(50), scope, value }],
  });

  it('stops every purpose, before anything else is asked', () => {
    for (const purpose of ['collect', 'serve', 'statutory-notice', 'confirm-payment'] as const)
      expect(decide(request({ purpose }), facts({ ...stop('all', null), case: null }), packs)).toEqual({
        verdict: 'stopped',
        stopOrderId: id(50),
        detail: 'everything is stopped',
      });
  });

  it.each<['client' | 'policy' | 'channel' | 'region' | 'template', string, Partial<CaseFacts>]>([
    ['client', 'AGR-1', {}],
    ['channel', 'sms', {}],
    ['template', 'reminder', {}],
    ['region', 'B001', { branch: 'B001' }],
    ['policy', 'card', { accounts: [{ ...accountFacts(account), policyId: 'card' }] }],
  ])('of a %s stops %s, and nothing else', (scope, value, known) => {
    const stopped = (named: string) =>
      decide(request(), facts({ case: theCase(known), ...stop(scope, named) }), packs).verdict;
    expect(stopped(value)).toBe('stopped');
    expect(stopped('another')).toBe('granted');
  });

  it('of a policy or region stops nothing of a case that is not known, nor of accounts without a policy', () => {
    const unknown = (stops: GateFacts['stops']) => decide(request(), facts({ stops, case: null }), packs).verdict;
    expect(unknown(stop('policy', 'card').stops)).toBe('facts-behind');
    expect(unknown(stop('region', 'B001').stops)).toBe('facts-behind');
    expect(decide(request(), facts(stop('policy', 'card')), packs).verdict).toBe('granted');
  });

  it('of a policy asks the accounts that are covered, not others of the case', () => {
    const accounts = [accountFacts(account), { ...accountFacts(other), policyId: 'card' }];
    expect(decide(request(), facts({ case: theCase({ accounts }), ...stop('policy', 'card') }), packs).verdict).toBe(
      'granted',
    );
  });

  it('says what it stops', () => {
    expect(decide(request(), facts(stop('channel', 'sms')), packs)).toMatchObject({ detail: 'stopped: channel sms' });
  });
});

describe('what stands in the way', () => {
  const night = '2026-11-08T19:00:00.000Z';
  const rules = (asked: Partial<PermitRequest>, known: Partial<GateFacts>) => {
    const decision = decide(request(asked), facts(known), packs);
    return decision.verdict === 'denied' ? decision.denials.map(({ rule }) => rule) : decision.verdict;
  };

  it('is named all at once, and nothing but a new fact helps where a person is the reason', () => {
    const decision = decide(request(), facts({ now: night, person: debtor({ status: 'claimed-dead' }) }), packs);
    expect(decision).toMatchObject({
      verdict: 'denied',
      earliest: 'never',
      denials: [{ rule: 'PERSON-STATUS', until: 'never' }, { rule: 'CN-CBA-TIME' }],
    });
  });

  it('is named also where no point can be used', () => {
    expect(rules({}, { now: night, points: [point(pointA, { valid: 'no' })] })).toEqual([
      'NO-USABLE-POINT',
      'CN-CBA-TIME',
    ]);
  });

  it('is never-contact alone for the dead', () => {
    expect(rules({}, { person: debtor({ status: 'dead' }) })).toEqual(['NEVER-CONTACT']);
  });
});

describe('a third person', () => {
  const father = debtor({ role: 'relatedThird', relation: 'parent' });
  const unreachable = {
    ...{ numberInvalid: true, failedTriesInRow: 0, reachable: false },
    ...{ daysOfFailedTries: 0, hoursBetweenFailedTries: 0 },
  };
  const asked = { personId: other, purpose: 'locate' as const };
  const ask = (known: Partial<GateFacts>, of: Partial<PermitRequest> = {}) => {
    const decision = decide(
      request({ ...asked, ...of }),
      facts({ person: father, debtor: unreachable, ...known }),
      packs,
    );
    return decision.verdict === 'denied' ? decision.denials.map(({ rule }) => rule) : decision.verdict;
  };

  it('may be asked where the debtor is, once he cannot be reached', () => {
    expect(ask({})).toBe('granted');
    expect(ask({ debtor: { ...unreachable, reachable: true } })).toContain('THIRD-PARTY-DEBTOR-REACHABLE');
    expect(ask({ debtor: null })).toContain('THIRD-PARTY-DEBTOR-REACHABLE');
  });

  it('is asked for nothing else', () => {
    expect(ask({}, { purpose: 'collect' })).toContain('THIRD-PARTY-PURPOSE');
  });

  it('3P-REFUSE: is never asked again, by himself or by his number', () => {
    expect(ask({ person: { ...father, refused: true } })).toContain('THIRD-PARTY-REFUSED');
    expect(ask({ points: [point(pointA, { bars: ['third-party-refused'] })] })).toContain('THIRD-PARTY-REFUSED');
  });

  it('is not asked when nobody wrote down who he is', () => {
    expect(ask({ person: { ...father, relation: null } })).toContain('THIRD-PARTY-RELATION');
    expect(ask({ person: { ...father, role: null, relation: null } })).toContain('THIRD-PARTY-RELATION');
  });

  it('is no third person where he owes with the debtor, or owes himself', () => {
    const liable = debtor({ role: 'jointGuarantor', refused: true });
    const guarantor = decide(request({ personId: other }), facts({ person: liable }), packs);
    expect(guarantor.verdict).toBe('granted');
    const own = facts({
      person: debtor({ refused: true }),
      points: [point(pointA, { bars: ['third-party-refused'] })],
    });
    expect(decide(request(), own, packs).verdict).toBe('granted');
  });
});

describe('every pack that binds an agreement without rules of its own', () => {
  const { packs: usual } = loadRuleBook().of({ packs: null, jurisdiction: null });
  const ask = (asked: Partial<PermitRequest>, known: Partial<GateFacts> = {}) => {
    const decision = decide(request(asked), facts(known), usual);
    return decision.verdict === 'denied' ? decision.denials.map(({ rule }) => rule) : decision.verdict;
  };

  it.each<[PermitRequest['channel'], GatePoint['kind'], Purpose]>([
    ['sms', 'mobile', 'collect'],
    ['sms', 'mobile', 'remind-due'],
    ['sms', 'mobile', 'confirm-payment'],
    ['sms', 'mobile', 'statutory-notice'],
    ['email', 'email', 'collect'],
    ['push', 'mobile', 'remind-due'],
    ['voiceBot', 'landline', 'collect'],
    ['letter', 'address', 'collect'],
    ['letter', 'address', 'legal-notice'],
  ])('lets the machine contact a debtor by %s (%s) to %s', (channel, kind, purpose) => {
    expect(ask({ channel, purpose }, { points: [point(pointA, { kind })] })).toBe('granted');
  });

  const human = { kind: 'human', trainedUntil: '2027-06-30', violentRecord: false, agency: null } as const;
  const call = { channel: 'call', actor: 'collector-1', circumstances: { recorded: true } } as const;

  it('lets a trained collector call on a line that records', () => {
    expect(ask(call, { actor: human })).toBe('granted');
    expect(ask({ ...call, circumstances: {} }, { actor: human })).toEqual(['CN-CBA-PHONE-REC']);
  });

  it('lets nobody call whose training ran out, or of whom nobody entered anything', () => {
    expect(ask(call, { actor: { ...human, trainedUntil: '2026-11-08' } })).toEqual(['CN-GBT-TRAIN']);
    expect(ask(call, { actor: { ...human, violentRecord: true } })).toEqual(['CN-GBT-HIRE']);
    expect(ask(call, { actor: { ...human, trainedUntil: null, violentRecord: null } })).toEqual([
      'CN-GBT-TRAIN',
      'CN-GBT-HIRE',
    ]);
  });

  it('lets no agency call that is not on the list, published, inspected and evaluated', () => {
    const rules = (agency: NonNullable<GateFacts['actor']['agency']>) =>
      ask({ ...call, agencyId: 'agency-1' }, { actor: { ...human, agency } });
    const good = { known: true, listed: true, published: true, contractTerms: [] } as const;
    const reviewed = { inspectedUntil: '2027-03-31', evaluatedUntil: '2027-02-28' };
    expect(rules({ known: false })).toEqual(['CN-CBA-AGENCY', 'CN-GBT-AGENCY']);
    expect(rules({ ...good, ...reviewed, listed: false })).toEqual(['CN-CBA-AGENCY']);
    expect(rules({ ...good, ...reviewed, inspectedUntil: '2026-11-08' })).toEqual(['CN-CBA-AGENCY']);
    expect(rules({ ...good, ...reviewed, evaluatedUntil: null })).toEqual(['CN-GBT-AGENCY']);
    expect(rules({ ...good, ...reviewed })).toBe('granted');
  });
});

describe('a visit', () => {
  const told = { recorded: true, collectors: 2, credentialsShown: true, entering: false, publicPlace: false };
  const visit = (circumstances: PermitRequest['circumstances'], place = 'other') => {
    const asked = request({ channel: 'visit', actor: 'collector-1', circumstances });
    const decision = decide(asked, facts({ points: [point(pointA, { kind: 'address', place })] }), packs);
    return decision.verdict === 'denied' ? decision.denials.map(({ rule }) => rule) : decision.verdict;
  };

  it('of two with papers may go to his door, and in where they are asked in', () => {
    expect(visit(told)).toBe('granted');
    expect(visit({ ...told, entering: true, entryConsent: true })).toBe('granted');
  });

  it.each<[string, PermitRequest['circumstances'], string]>([
    ['alone', { ...told, collectors: 1 }, 'CN-CBA-VISIT'],
    ['without papers', { ...told, credentialsShown: false }, 'CN-CBA-VISIT'],
    ['into a home where nobody agreed', { ...told, entering: true, entryConsent: false }, 'CN-CBA-VISIT'],
    ['without saying whether they go in', { ...told, entering: undefined }, 'CN-CBA-VISIT'],
    ['to leave a notice on the door', { ...told, publicPlace: true }, 'CN-CBA-POST'],
    ['without saying what is left', { ...told, publicPlace: undefined }, 'CN-CBA-POST'],
  ])('is not made %s', (_, circumstances, rule) => {
    expect(visit(circumstances)).toEqual([rule]);
  });

  it('does not go to his workplace while another number of his works', () => {
    expect(visit(told, 'workplace')).toEqual(['HOUSE-WORKPLACE']);
  });
});

describe('who got in touch', () => {
  const served = (lastInboundAt: string | null) =>
    decide(request({ purpose: 'serve' }), facts({ lastInboundAt }), packs).verdict;

  it('is answered for a day, to the millisecond', () => {
    expect(served('2026-11-08T04:00:00.001Z')).toBe('granted');
    expect(served('2026-11-08T04:00:00.000Z')).toBe('denied');
    expect(served(noon)).toBe('granted');
    expect(served('2026-11-09T04:00:00.001Z')).toBe('denied');
    expect(served(null)).toBe('denied');
  });
});
