import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CaseFacts, HoldFacts } from '@arrears/contracts';
import { requestPermit } from '../gate/gate.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { dial, granted, later, minuteMs, qualify, rulesAgainst } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
beforeAll(async () => {
  world = await openWorld();
  await qualify(world);
  one = await world.overdue();
});
afterAll(() => world.close());

const verdictOf = async (request: ReturnType<typeof dial>) => (await requestPermit(world.gate, request)).verdict;
const inForce = (of: CaseFacts): HoldFacts => ({
  holdId: randomUUID(),
  kind: 'plan-in-force',
  effects: ['contact', 'escalation'],
  allows: ['plan-admin', 'remind-due', 'confirm-payment', 'serve', 'statutory-notice'],
  from: world.clock.nowIso(),
  accounts: of.accounts.map(({ accountId }) => accountId),
});
const at = (caseSeq: number) => ({ expects: { caseSeq } });

describe('PLAN-70: an instalment plan is signed while calls are queued', () => {
  let queued: ReturnType<typeof dial>;
  let plan: CaseFacts;

  it('the queued calls and letters vanish', async () => {
    queued = dial(one);
    const reminder = one.request();
    plan = {
      ...one.facts,
      caseSeq: 2,
      voidBefore: 2,
      accounts: one.facts.accounts.map((account) => ({ ...account, status: 'plan' as const })),
    };
    plan.holds = [inForce(plan)];
    await world.know(plan);
    expect(await verdictOf(queued)).toBe('stale');
    expect(await verdictOf(reminder)).toBe('stale');
  });

  it('nobody collects while it is kept, whoever plans it anew', async () => {
    await later(world, minuteMs);
    expect(await verdictOf(dial(one, at(2)))).toBe('stale');
    expect(await verdictOf(one.request(at(2)))).toBe('stale');
    expect(await rulesAgainst(world, one.request({ ...at(2), purpose: 'legal-notice' }))).toContain('HOLD');
  });

  it('the instalment is reminded of, and the payer is thanked', async () => {
    await granted(world, one.request({ ...at(2), purpose: 'remind-due' }));
    await granted(world, one.request({ ...at(2), purpose: 'confirm-payment' }));
  });

  it('a dispute does not let the reminder through, but the thank-you', async () => {
    const disputed = await world.overdue();
    const known: CaseFacts = { ...disputed.facts, caseSeq: 2 };
    known.holds = [
      {
        ...inForce(known),
        kind: 'dispute',
        effects: ['contact'],
        allows: ['confirm-payment', 'serve', 'complaint-reply'],
      },
    ];
    await world.know(known);
    expect(await rulesAgainst(world, disputed.request({ ...at(2), purpose: 'remind-due' }))).toContain('HOLD');
    expect(await rulesAgainst(world, disputed.request(at(2)))).toContain('HOLD');
    await granted(world, disputed.request({ ...at(2), purpose: 'confirm-payment' }));
  });

  it('after a breach it goes on', async () => {
    await world.know({ ...one.facts, caseSeq: 3, voidBefore: 2 });
    await granted(world, dial(one, at(3)));
    expect(await verdictOf(queued)).toBe('stale');
  });
});
