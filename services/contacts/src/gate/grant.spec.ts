import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@arrears/clock';
import type { PermitRequest } from '@arrears/contracts';
import type { GateFacts, GatePerson, GatePoint } from './facts.js';
import type { Asked } from './gate.js';
import { grantedPermit, permitLifeMs } from './grant.js';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const now = '2026-11-09T04:00:00.000Z';
const realNow = Date.parse('2026-03-01T00:00:00.000Z');
/** Business time runs a hundred times as fast as the real one, or its window has no real end. */
const clock = (toReal: Clock['toReal'] = (ms) => realNow + (ms - Date.parse(now)) / 100) =>
  ({ realNow: () => realNow, toReal }) as Clock;
const request: PermitRequest = {
  ...{ contactId: id(9), effectKey: 'e', step: 's', caseId: id(1), agreementId: 'AGR-1', debtorId: id(2) },
  ...{ personId: id(2), contactPointIds: [id(3), id(4)], channel: 'sms', purpose: 'collect', covers: [id(5)] },
  ...{ expects: { caseSeq: 5 }, contentKey: 'k', actor: 'machine' },
};
const person: GatePerson = {
  ...{ role: 'debtor', relation: null, timeZone: null, language: 'en-US', status: 'normal', barred: false },
  ...{ refused: false, consents: [], ceased: [], hasOtherPoint: false },
};
const facts = (of: Partial<GateFacts> = {}): GateFacts => ({
  ...{
    now,
    stops: [],
    case: null,
    heartbeatAgeMs: 0,
    parked: false,
    person,
    points: [],
    events: [],
    jurisdiction: null,
    actsAs: 'firstParty',
  },
  ...{ lastInboundAt: null, actor: { kind: 'machine', agency: null }, debtor: null, holidays: [] },
  ...of,
});
const point: GatePoint = {
  ...{ contactPointId: id(4), kind: 'mobile', number: 'blind', place: 'other', reserved: false, valid: 'yes' },
  ...{ optedOut: [], bars: [] },
};
const contact: Asked['contact'] = {
  ...{ at: now, channel: 'sms', purpose: 'collect', by: 'firstParty', caseId: id(1), person: id(2) },
  ...{ debts: [], zones: [] },
};
const granted: Parameters<typeof grantedPermit>[3] = {
  ...{ verdict: 'granted', point, validUntil: '2026-11-09T14:00:00.000Z', timeZone: 'Asia/Shanghai' },
  asked: { contact, facts: { values: {}, events: [], holds: [] } },
};
const basis = { packs: [{ pack: 'cn', packVersion: '1' }], factsHash: 'h'.repeat(64), asked: null };
const permitOf = (of: Partial<PermitRequest> = {}, known: Partial<GateFacts> = {}, by = clock()) =>
  grantedPermit(by, { ...request, ...of }, facts(known), granted, basis);

describe('a permit', () => {
  it('is of the request, at the point that was chosen, with what it reserves and on what it was granted', () => {
    const { permit } = permitOf();
    expect(permit).toEqual({
      row: {
        ...request,
        ...{ permitId: expect.stringMatching(/^[0-9a-f-]{36}$/), contactPointId: id(4), state: 'granted' },
        ...{ contentHash: null, language: 'en-US', timeZone: 'Asia/Shanghai', grantedAt: new Date(now) },
        ...{ validUntil: new Date('2026-11-09T14:00:00.000Z'), expiresAt: new Date(realNow + permitLifeMs) },
      },
      ...{ request, number: 'blind', basis, reserves: ['smsSent', 'smsDelivered', 'anyContact'] },
    });
    expect(permitOf().permit.row.permitId).not.toBe(permit.row.permitId);
  });

  it('lives a minute of real time, or until the window closes where that is sooner', () => {
    const soon = permitOf(
      {},
      {},
      clock(() => realNow + 20_000),
    );
    expect(soon.permit.row.expiresAt).toEqual(new Date(realNow + 20_000));
    // A clock that stands still never comes to the end of the window.
    const still = permitOf(
      {},
      {},
      clock(() => null),
    );
    expect(still.permit.row.expiresAt).toEqual(new Date(realNow + 60_000));
  });

  it('speaks the language of the person, and Chinese where nobody knows it', () => {
    expect(permitOf({}, { person: { ...person, language: null } }).permit.row.language).toBe('zh-CN');
    expect(permitOf({}, { person: null }).permit.row.language).toBe('zh-CN');
  });

  it('for somebody who owes nothing reserves a contact with a third person', () => {
    const reserves = (known: GatePerson | null) => permitOf({}, { person: known }).permit.reserves;
    expect(reserves({ ...person, role: 'relatedThird', relation: 'parent' })).toContain('thirdPartyContact');
    expect(reserves({ ...person, role: 'jointGuarantor' })).not.toContain('thirdPartyContact');
    expect(reserves({ ...person, role: null, relation: 'parent' })).toContain('thirdPartyContact');
    expect(reserves(null)).toContain('thirdPartyContact');
  });

  it('stands in the journal with its rules, its reservations and what was to be sent', () => {
    const { permit, record } = permitOf({ templateId: 't', templateVersion: 3, agencyId: 'a' });
    expect(record).toMatchObject({ caseId: id(1), kind: 'permit-granted', at: now, actor: 'machine' });
    expect(record.data).toEqual({
      ...{ permitId: permit.row.permitId, contactId: id(9), effectKey: 'e', channel: 'sms', purpose: 'collect' },
      ...{ contentKey: 'k', packs: basis.packs, factsHash: basis.factsHash, contactPointId: id(4) },
      ...{ templateId: 't', templateVersion: 3, agencyId: 'a', reserves: ['smsSent', 'smsDelivered', 'anyContact'] },
      validUntil: '2026-11-09T14:00:00.000Z',
    });
    const dial = permitOf({ channel: 'call' });
    expect(Object.keys(dial.record.data as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(template|agency)/)]),
    );
  });
});
