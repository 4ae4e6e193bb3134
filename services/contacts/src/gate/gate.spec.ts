import { describe, expect, it } from '@jest/globals';
import type { AccountFacts, CaseFacts, PermitRequest, Purpose } from '@arrears/contracts';
import { decide, type GateFacts, type GatePoint } from './gate.js';
import { loadRuleBook } from './packs.js';

const packs = loadRuleBook().of(null);
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
  reserved: false,
  valid: 'unknown',
  optedOut: [],
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
  case: theCase(),
  heartbeatAgeMs: 500,
  parked: false,
  person: { role: 'debtor', relation: null, timeZone: null, language: null },
  points: [point(pointA)],
  neverContact: false,
  events: [],
  ...of,
});

describe('the gate grants', () => {
  it('a reminder at noon, valid until the contact window closes', () => {
    expect(decide(request(), facts(), packs)).toEqual({
      verdict: 'granted',
      point: point(pointA),
      validUntil: '2026-11-09T14:00:00.000Z',
      timeZone: 'Asia/Shanghai',
    });
  });

  it('by the clock of the person when it is known, else of the case', () => {
    const person = { role: 'debtor', relation: null, timeZone: 'Europe/London', language: null };
    expect(decide(request(), facts({ person }), packs)).toMatchObject({
      verdict: 'denied',
      earliest: '2026-11-09T08:00:00.000Z',
    });
    const nowhere = { ...person, timeZone: 'Nowhere/Land' };
    expect(decide(request(), facts({ person: nowhere }), packs)).toMatchObject({
      verdict: 'granted',
      timeZone: 'Asia/Shanghai',
    });
  });
});

describe('the gate is behind', () => {
  it.each<[string, Partial<GateFacts>, Partial<PermitRequest>]>([
    ['when it never heard of the case', { case: null }, {}],
    ['when the case had heard more than the gate', {}, { expects: { caseSeq: 6 } }],
    ['when a fact of the case is parked', { parked: true }, {}],
    ['when the feed never beat', { heartbeatAgeMs: null }, {}],
    ['when the last heartbeat is older than 4 s', { heartbeatAgeMs: 4_001 }, {}],
    ['when the person is unknown', { person: null }, {}],
    ['when no point is known', { points: [] }, {}],
    [
      'when a point it could use is still unknown',
      { points: [point(pointA, { valid: 'no' })] },
      { contactPointIds: [pointA, pointB] },
    ],
  ])('%s', (_, known, asked) => {
    expect(decide(request(asked), facts(known), packs).verdict).toBe('facts-behind');
  });

  it('not by a silent feed when the debtor asked himself', () => {
    expect(decide(request({ purpose: 'serve' }), facts({ heartbeatAgeMs: null }), packs).verdict).toBe('granted');
  });
});

describe('a step is stale', () => {
  it.each<[string, Partial<CaseFacts>, Partial<PermitRequest>]>([
    ['when the case changed after it was planned', { caseSeq: 6, voidBefore: 6 }, {}],
    ['when the case is closed', { status: 'closed' }, {}],
    ['when a covered account was cured', { accounts: [accountFacts(account, 'cured')] }, {}],
    ['when a covered account left', { accounts: [accountFacts(other)] }, {}],
    [
      'when one of two covered accounts was paid',
      { accounts: [accountFacts(account), accountFacts(other, 'closed')] },
      { covers: [account, other] },
    ],
    ['when the case belongs to another debtor', { debtorId: other }, {}],
  ])('%s', (_, known, asked) => {
    expect(decide(request(asked), facts({ case: theCase(known) }), packs).verdict).toBe('stale');
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
    expect(decide(request({ purpose }), facts({ case: known }), packs).verdict).toBe(verdict);
  });
});

describe('the gate chooses the point', () => {
  const both = { contactPointIds: [pointA, pointB] };

  it.each<[string, Partial<GatePoint>]>([
    ['an invalid one', { valid: 'no' }],
    ['one whose owner opted out of the channel', { optedOut: ['sms'] }],
    ['one of another kind', { kind: 'landline' }],
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
    const known = facts({ case: theCase({ holds: [hold] }) });
    expect(decide(request(), known, packs)).toMatchObject({
      verdict: 'denied',
      earliest: 'never',
      denials: [{ rule: 'HOLD' }],
    });
    expect(decide(request({ purpose: 'serve' }), known, packs).verdict).toBe('granted');
  });

  it('whom nobody may ever contact, for any purpose', () => {
    const known = facts({ neverContact: true });
    expect(decide(request({ purpose: 'serve' }), known, packs)).toMatchObject({ verdict: 'denied', earliest: 'never' });
  });
});
