import { describe, expect, it } from '@jest/globals';
import { at, bench, cny, id, play, steps } from '../testing/cases.js';
import { fullPolicy, fullSteps } from '../testing/policies.js';
import type { Effect } from '../shapes/decision.js';
import type { PartialSnapshot, StepRecord } from '../shapes/snapshot.js';

const full = bench(fullPolicy());
const one = (change: object = {}): PartialSnapshot => ({
  openedOn: '2026-03-01',
  accounts: [{ earliestUnpaidDue: '2026-02-28', principal: cny(20_000), overdue: cny(2_000), ...change }],
});
const done = (step: string, when: string, outcome = 'done'): Partial<StepRecord> => ({
  step: id(step),
  plannedAt: when,
  endedAt: when,
  outcome,
});
const early = ['sms-1', 'call-1', 'letter-1'].map((step) => done(step, at('2026-03-02'), 'delivered'));
const answer = (effect: Effect): string =>
  effect.do === 'open-review' && effect.outcomes.includes('approved')
    ? 'approved'
    : effect.step === 'review-30'
      ? 'willing-and-able'
      : 'delivered';

describe('a debtor who never reacts', () => {
  const start = full.snapshot(
    {
      ...one(),
      proofs: ['2026-03-15', '2026-04-30'].map((day, i) => ({
        id: `p${i}`,
        kind: 'compliant-demand' as const,
        covers: [id('account-1')],
        at: at(day),
        compliant: true,
      })),
    },
    at('2026-03-01'),
  );
  let asked = '';
  const played = play(full, start, at('2026-03-01'), {
    until: at('2026-08-31'),
    outcome: (effect) => {
      if (effect.do !== 'request-approval') return effect.step === 'capacity' ? 'done' : answer(effect);
      asked = effect.factsHash;
      return undefined;
    },
    events: [
      {
        at: at('2026-07-06'),
        change: (snapshot) => {
          for (const past of snapshot.steps)
            if (past.endedAt === undefined) Object.assign(past, { endedAt: at('2026-07-06'), outcome: 'approved' });
          snapshot.approvals.push({
            id: 'ap-1',
            step: id('sue'),
            covers: [id('account-1')],
            state: 'approved',
            factsHash: asked,
            requestedBy: 'system',
          });
        },
      },
    ],
  });
  it('meets every kind of step, each at its day', () => {
    expect(played.effects.map((effect) => [effect.do, effect.step])).toEqual([
      ['send', 'sms-1'],
      ['open-call-task', 'call-1'],
      ['send', 'letter-1'],
      ['open-review', 'visit-1'],
      ['open-visit', 'visit-1'],
      ['open-review', 'review-30'],
      ['assess-capacity', 'capacity'],
      ['offer', 'offer-1'],
      ['instruct-bank', 'freeze'],
      ['send', 'lawyer-letter'],
      ['request-approval', 'sue'],
      ['hand-off', 'sue'],
    ]);
  });

  it('moves through the stages in order', () => {
    const stages = played.decisions.map(({ decision }) => decision.move.stage);
    expect([...new Set(stages)]).toEqual(['reminder', 'calling', 'letter', 'visit', 'resolution', 'legal']);
  });

  it('carries what each kind needs', () => {
    const byDo = (what: Effect['do']): Effect | undefined => played.effects.findLast((effect) => effect.do === what);
    expect(byDo('open-call-task')).toMatchObject({
      personIds: ['person-1'],
      budget: { perDay: 2, max: 26, until: [{ event: 'effectiveCall', count: 3 }] },
    });
    expect(byDo('open-visit')).toMatchObject({
      minPersons: 2,
      planApprovedBy: 'supervisor',
      pointId: 'person-1-visit',
    });
    expect(byDo('offer')).toMatchObject({ offers: ['retail/instalments', 'retail/longer-term'] });
    expect(byDo('instruct-bank')).toMatchObject({
      type: 'freeze-interest',
      terms: { amount: '2000000', currency: 'CNY' },
    });
    expect(byDo('hand-off')).toMatchObject({ dossier: ['compliant-demand', 'contract'], approvalId: 'ap-1' });
  });
});

describe('a small debt', () => {
  it('is placed with an agency, and its write-off asked for, approved, instructed', () => {
    const small = one({ principal: cny(400), overdue: cny(100) });
    const placed = full.decide(
      { ...small, steps: [...early, done('review-30', at('2026-04-01'), 'go-on'), done('freeze', at('2026-04-07'))] },
      at('2026-04-10'),
    );
    expect(placed.effects).toMatchObject([{ do: 'place', panel: 'north', ends: '2026-07-09' }]);
    const proofs = ['2026-03-15', '2026-04-30'].map((day, i) => ({
      id: `p${i}`,
      kind: 'compliant-demand' as const,
      covers: [id<never>('account-1')],
      at: at(day),
      compliant: true,
    }));
    const late = {
      ...small,
      proofs,
      steps: [
        ...early,
        ...['review-30', 'freeze', 'place-1', 'lawyer-letter'].map((step) => done(step, at('2026-05-01'), 'delivered')),
      ],
    };
    const asked = full.decide(late, at('2026-07-01'));
    expect(asked.effects).toMatchObject([
      {
        do: 'request-approval',
        matrix: 'write-off',
        what: 'request-write-off',
        amount: cny(400),
        effectKey: 'example/write-off/1',
      },
    ]);
    const request = asked.effects[0];
    const factsHash = request?.do === 'request-approval' ? request.factsHash : '';
    const approval = {
      id: 'ap',
      step: id<never>('write-off'),
      covers: [id<never>('account-1')],
      factsHash,
      requestedBy: 'x',
    };
    const steps = [...late.steps, done('write-off', at('2026-07-01'), 'approved')];
    const granted = full.decide({ ...late, steps, approvals: [{ ...approval, state: 'approved' }] }, at('2026-07-02'));
    expect(granted.effects).toMatchObject([
      { do: 'instruct-bank', type: 'write-off', approvalId: 'ap', effectKey: 'example/write-off/2' },
    ]);
    const waiting = full.decide({ ...late, approvals: [{ ...approval, state: 'waiting' }] }, at('2026-07-02'));
    expect(waiting.upcoming.find((row) => row.step === id('write-off'))?.blockedBy[0]?.code).toBe('awaiting-approval');
  });

  it('whose facts changed while approval was asked: the request is taken back', () => {
    const open = { step: id<never>('write-off'), plannedAt: at('2026-07-01') };
    const approval = {
      id: 'ap',
      step: id<never>('write-off'),
      covers: [id<never>('account-1')],
      state: 'waiting' as const,
      factsHash: 'old',
      requestedBy: 'x',
    };
    const decision = full.decide(
      { ...one({ principal: cny(300) }), steps: [...early, open], approvals: [approval] },
      at('2026-07-02'),
    );
    expect(decision.cancel).toEqual([
      { effectKey: 'example/write-off/1', why: { code: 'facts-changed', facts: {}, step: 'write-off' } },
    ]);
  });
});

describe('what stands before a step', () => {
  it('a gate without its proofs: a person is asked, nothing is handed off', () => {
    const history = [
      ...early,
      ...['review-30', 'freeze', 'lawyer-letter'].map((step) => done(step, at('2026-05-01'), 'delivered')),
    ];
    const decision = full.decide({ ...one(), steps: history }, at('2026-07-01'));
    expect(decision.effects).toEqual([]);
    expect(decision.attention.map((item) => item.code)).toContain('gate-not-met');
  });

  it('a refusal with a time: waits for it; a stale one: again at once under the next key', () => {
    const refused = { ...done('sms-1', at('2026-03-01'), 'refused') };
    const later = full.decide(
      { ...one(), steps: [refused], denials: [{ step: id('sms-1'), rule: 'TIME', until: at('2026-03-01', '18:00') }] },
      at('2026-03-01', '11:30'),
    );
    expect(later).toMatchObject({ effects: [], wakeAt: at('2026-03-01', '18:00') });
    expect(later.upcoming[0]).toMatchObject({
      step: 'sms-1',
      blockedBy: [{ code: 'denied', rule: 'TIME', until: at('2026-03-01', '18:00') }],
    });
    const stale = full.decide({ ...one(), steps: [done('sms-1', at('2026-03-01'), 'stale')] }, at('2026-03-01'));
    expect(stale.effects).toMatchObject([{ effectKey: 'example/sms-1/2' }]);
  });

  it('an unknown outcome: never again, and somebody asks', () => {
    const decision = full.decide(
      { ...one(), steps: [done('sms-1', at('2026-03-01'), 'unknown')] },
      at('2026-03-01', '12:00'),
    );
    expect(decision.effects).toEqual([]);
    expect(decision.attention.map((item) => item.code)).toEqual(['outcome-unknown']);
  });

  it('an open step: never planned again, whatever happens', () => {
    const open = { step: id<never>('sms-1'), plannedAt: at('2026-03-01') };
    expect(steps(full.decide({ ...one(), steps: [open] }, at('2026-03-01', '15:00')).effects)).toEqual([]);
  });

  it('a promise: no collecting until it is broken, then the step for that', () => {
    const promise = {
      id: 'pr',
      covers: [id<never>('account-1')],
      due: '2026-03-08',
      amount: cny(2_000),
      paid: cny(0),
      state: 'open' as const,
    };
    const given = { ...one(), steps: [done('sms-1', at('2026-03-01'), 'delivered')], promises: [promise] };
    const standing = full.decide(given, at('2026-03-03'));
    expect(standing.effects).toEqual([]);
    // The 8th is a Sunday: the promise is due on Monday and broken when Monday is over.
    expect(standing.wakeAt).toBe(at('2026-03-10', '00:00'));
    expect(steps(full.decide(given, at('2026-03-10', '00:00')).effects)).toEqual(['call-1']);
    const called = { ...given, steps: [...given.steps, done('call-1', at('2026-03-02'), 'rpc')] };
    expect(steps(full.decide(called, at('2026-03-10', '00:00')).effects)).toEqual(['promise-broken']);
  });

  it('a plan that is kept: no collecting, a reminder of the next instalment only', () => {
    const plan = {
      id: 'pl',
      covers: [id<never>('account-1')],
      state: 'in-force' as const,
      nextDue: '2026-03-20',
      missed: 0,
    };
    const before = full.decide({ ...one({ status: 'plan' }), plans: [plan] }, at('2026-03-10'));
    expect(before).toMatchObject({ effects: [], wakeAt: at('2026-03-17', '00:00'), move: { stage: 'monitoring' } });
    expect(full.decide({ ...one({ status: 'plan' }), plans: [plan] }, at('2026-03-17'))).toMatchObject({
      effects: [{ step: 'instalment-soon', purpose: 'remind-due', anchor: '2026-03-20' }],
    });
  });

  it('the end of a cycle that nobody extended: no contact, an item for the supervisor, then the manager', () => {
    const decision = full.decide({ ...one(), cycle: { no: 1, startedOn: '2025-01-01' } }, at('2026-03-02'));
    expect(decision.effects.every((effect) => effect.do === 'open-review')).toBe(true);
    expect(decision.attention.map((item) => item.code)).toContain('cycle-ended');
    expect(decision.deadlines[0]).toMatchObject({
      of: 'cycle-ended',
      owner: 'supervisor',
      escalate: [{ to: 'manager' }],
    });
  });

  it('a limitation that nears: the alarm and the step that interrupts it; expired: no hand-off', () => {
    const near = full.decide(
      one({ limitation: { expires: '2026-05-01', suspended: false, proofs: [] } }),
      at('2026-03-02'),
    );
    expect(near.attention.map((item) => [item.code, item.why.rule])).toContainEqual(['limitation-near', '90']);
    expect(near.effects).toMatchObject([{ step: 'sms-1', do: 'send' }]);
    const gone = full.decide(
      one({ limitation: { expires: '2026-05-01', suspended: false, proofs: [] } }),
      at('2026-07-02'),
    );
    expect(gone.attention.map((item) => item.code)).toContain('limitation-expired');
  });
});

describe('accounts that come and go', () => {
  const two = [
    { accountId: id<never>('a'), earliestUnpaidDue: '2026-02-28' },
    { accountId: id<never>('b'), earliestUnpaidDue: '2026-03-01' },
  ];
  const told = { ...done('sms-1', at('2026-03-01'), 'delivered'), covers: [id<never>('a'), id<never>('b')] };

  it('one call task for the case: an account that joins takes the running one over', () => {
    const open = { step: id<never>('call-1'), covers: [id<never>('a')], plannedAt: at('2026-03-02') };
    const joined = full.decide({ openedOn: '2026-03-01', accounts: two, steps: [told, open] }, at('2026-03-04'));
    expect(joined).toMatchObject({
      effects: [],
      cancel: [{ effectKey: 'example/call-1/1', why: { code: 'covers-changed' } }],
    });
    const ended = { ...open, endedAt: at('2026-03-04'), outcome: 'cancelled' };
    const next = full.decide(
      { openedOn: '2026-03-01', accounts: two, steps: [told, ended] },
      at('2026-03-04', '10:01'),
    );
    expect(next.effects).toMatchObject([{ effectKey: 'example/call-1/2', covers: ['a', 'b'] }]);
  });

  it('a paid account is taken back from its agency, once', () => {
    const placements = [
      { id: 'pl-1', covers: [id<never>('a')], agencyId: 'ag', ends: '2026-06-01', state: 'placed' as const },
    ];
    const paid = {
      earliestUnpaidDue: null,
      overdue: cny(0),
      status: 'with-agency' as const,
      lastPayment: { valueDate: '2026-03-20', amount: cny(1), by: 'debtor' as const, final: false },
    };
    const given = { openedOn: '2026-03-01', accounts: [{ accountId: id<never>('a'), ...paid }], placements };
    const decision = full.decide(given, at('2026-03-20'));
    expect(decision.effects).toMatchObject([{ do: 'recall-placement', placementId: 'pl-1' }]);
    const asked = { ...done('recall-placement:pl-1', at('2026-03-20')), covers: [id<never>('a')] };
    expect(full.decide({ ...given, steps: [asked] }, at('2026-03-20', '11:00')).effects).toEqual([]);
  });
});

describe('who is spoken to', () => {
  const person = (role: string, more: object = {}) => ({
    personId: id<never>(role),
    role: role as 'debtor',
    points: [{ id: `${role}-p`, channel: 'sms' as const, reserved: false, valid: 'yes' as const, optedOut: [] }],
    ...more,
  });
  const sms = (target: { role: 'debtor' | 'jointGuarantor' | 'relatedThird'; each?: boolean }[]) =>
    bench(
      fullPolicy({
        steps: fullSteps.map((step) => (step.id === id('sms-1') ? { ...step, target, onImpossible: [] } : step)),
      }),
    );
  const told = (effects: Effect[]): string[] =>
    effects.flatMap((effect) => (effect.do === 'send' ? [effect.personId] : []));

  it('the first role with somebody to reach', () => {
    const policy = sms([{ role: 'debtor' }, { role: 'jointGuarantor' }]);
    expect(
      told(
        policy.decide({ ...one(), persons: [person('debtor'), person('jointGuarantor')] }, at('2026-03-01')).effects,
      ),
    ).toEqual(['debtor']);
    expect(
      told(
        policy.decide(
          { ...one(), persons: [person('debtor', { status: 'dead' }), person('jointGuarantor')] },
          at('2026-03-01'),
        ).effects,
      ),
    ).toEqual(['jointGuarantor']);
  });

  it('each of a role, under a key of their own, the missing one later', () => {
    const policy = sms([{ role: 'jointGuarantor', each: true }]);
    const persons = [person('jointGuarantor'), person('jointGuarantor', { personId: id<never>('second') })];
    const first = policy.decide({ ...one(), persons }, at('2026-03-01'));
    expect(first.effects.map((effect) => effect.effectKey)).toEqual(['example/sms-1/1', 'example/sms-1/2']);
    const half = policy.decide(
      {
        ...one(),
        persons,
        steps: [{ ...done('sms-1', at('2026-02-27'), 'delivered'), personId: id<never>('second') }],
      },
      at('2026-03-01'),
    );
    expect(told(half.effects)).toEqual(['jointGuarantor']);
  });

  it('never one who refused for ever, nor a third person about money', () => {
    const policy = sms([{ role: 'debtor' }, { role: 'relatedThird' }]);
    const decision = policy.decide(
      { ...one(), persons: [person('debtor', { neverContact: true }), person('relatedThird')] },
      at('2026-03-01'),
    );
    expect(told(decision.effects)).toEqual([]);
    expect(decision.attention.map((item) => item.why.code)).toContain('denied-never');
  });

  it('at the hour the policy prefers, in the debtor’s zone', () => {
    const windows = [{ from: '08:00', to: '21:00', days: 'any' as const, rank: 1 }];
    const policy = bench(
      fullPolicy({ steps: fullSteps.map((step) => (step.id === id('sms-1') ? { ...step, windows } : step)) }),
    );
    const night = at('2026-03-01', '03:00');
    expect(policy.decide({ ...one(), openedOn: '2026-02-27' }, night).effects[0]?.notBefore).toBe(
      at('2026-03-01', '08:00'),
    );
    const tokyo = policy.decide(
      { ...one(), openedOn: '2026-02-27', persons: [person('debtor', { zone: 'Asia/Tokyo' })] },
      night,
    );
    expect(tokyo.effects[0]?.notBefore).toBe(at('2026-03-01', '07:00'));
  });
});
