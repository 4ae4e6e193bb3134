import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { permitAnswer, type PermitAnswer, type PermitCommit, type PermitRequest } from '@arrears/contracts';
import { releasePermit, takeOutcome } from '../settle/settle.service.js';
import { noon, openWorld, type OverdueCase, type World } from '../testing.js';
import { requestPermit } from './gate.service.js';
import { readPermit } from './permit.store.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.beat());

const ask = (request: PermitRequest) => requestPermit(world.gate, request);
const verdicts = (answers: PermitAnswer[]) => {
  const tally: Record<string, number> = {};
  for (const { verdict } of answers) tally[verdict] = (tally[verdict] ?? 0) + 1;
  return tally;
};
async function granted(request: PermitRequest) {
  const answer = await ask(request);
  if (answer.verdict !== 'granted') throw new Error(`expected a permit, got ${JSON.stringify(answer)}`);
  return answer;
}
const told = (permitId: string, request: PermitRequest, outcome: PermitCommit['outcome'], contentHash?: string) =>
  world.db.transaction((tx) =>
    takeOutcome(tx, world.clock, { permitId, contactId: request.contactId, outcome, contentHash, actor: 'test' }),
  );
/** How each reserved kind counts. */
const counts = async (permitId: string) => {
  const [row] = await world.db.query<{ reserved: string[]; counted: string[]; given_back: string[] }>(
    'SELECT reserved, counted, given_back FROM counted_contacts WHERE contact_ref = $1',
    [permitId],
  );
  const as = (kinds: string[] | undefined, state: string) => (kinds ?? []).map((kind) => [kind, state]);
  return Object.fromEntries([
    ...as(row?.reserved, 'reserved'),
    ...as(row?.counted, 'counted'),
    ...as(row?.given_back, 'given-back'),
  ]) as Record<string, string>;
};
const caseJournal = (of: OverdueCase) =>
  world.db.query<{ kind: string }>('SELECT kind FROM journal WHERE case_id = $1 ORDER BY seq', [of.facts.caseId]);
const outbox = (type: string, key: string) =>
  world.db.query<{ id: string }>('SELECT * FROM outbox WHERE type = $1 AND key = $2', [type, key]);

describe('a granted permit', () => {
  it('names destination, salutation and language, lives 60 s and is valid until the window closes', async () => {
    const one = await world.overdue();
    const answer = await granted(one.request());
    expect(permitAnswer.parse(answer)).toMatchObject({
      salutation: one.loan.debtor.name,
      language: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      validUntil: '2026-11-09T14:00:00.000Z',
      expiresAt: new Date(Date.parse(noon) + 60_000).toISOString(),
    });
    expect(answer.destination).toMatch(/^\+86138\d{8}$/);
    expect(await counts(answer.permitId)).toEqual({
      smsSent: 'reserved',
      smsDelivered: 'reserved',
      anyContact: 'reserved',
    });
    expect(await caseJournal(one)).toEqual([{ kind: 'permit-granted' }]);
  });

  it('says by which state of the case, which packs and as whose contact it was judged', async () => {
    const one = await world.overdue();
    await world.know({ ...one.facts, caseSeq: 7 });
    const answer = await granted(one.request());
    expect(answer).toMatchObject({ caseSeq: 7, by: 'firstParty' });
    expect(answer.packs).toEqual([
      { pack: 'cn-card', packVersion: '2018.1' },
      { pack: 'cn-cba-2026', packVersion: '2026.1' },
      { pack: 'cn-gbt-45251-2025', packVersion: '2025.1' },
      { pack: 'cn-limitation', packVersion: '2021.1' },
      { pack: 'cn-statutes', packVersion: '2021.1' },
      { pack: 'house-default', packVersion: '1' },
    ]);
  });

  it('is the same permit when the same message asks again, and refuses another content', async () => {
    const one = await world.overdue();
    const request = one.request();
    const first = await granted(request);
    expect(await ask(request)).toEqual(first);
    await expect(ask({ ...request, contentKey: 'content-2' })).rejects.toMatchObject({ code: 'permit-used' });
  });

  it('is one permit though the same message asks twenty times at once', async () => {
    const one = await world.overdue();
    const request = one.request();
    const answers = await Promise.all(Array.from({ length: 20 }, () => granted(request)));
    expect(new Set(answers.map(({ permitId }) => permitId)).size).toBe(1);
  });
});

describe('parallel requests', () => {
  it('RESERVE: sixty messages to one debtor at once, one a day is allowed: exactly one is granted', async () => {
    const one = await world.overdue();
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(one.request())));
    expect(verdicts(answers)).toEqual({ granted: 1, denied: 59 });
  });

  it('MERGE-2-CLIENTS: two banks ask for the same person at once: one is granted', async () => {
    const paper = {
      name: 'Synthetic Two Banks',
      idType: 'resident-id',
      idNumber: '11010119880501TEST',
      timeZone: 'Asia/Shanghai',
    };
    const one = await world.overdue({ debtor: paper });
    const two = await world.overdue({ debtor: paper, agreementId: 'AGR-2' });
    expect(two.facts.debtorId).toBe(one.facts.debtorId);
    const answers = await Promise.all([one, two].flatMap((of) => Array.from({ length: 10 }, () => ask(of.request()))));
    expect(verdicts(answers)).toEqual({ granted: 1, denied: 19 });
  });
});

describe('a denial', () => {
  it('is told once though the sender polls, and again when the answer changes', async () => {
    const one = await world.overdue();
    await granted(one.request());
    const request = one.request();
    for (let poll = 0; poll < 3; poll += 1) expect((await ask(request)).verdict).toBe('denied');
    expect(await outbox('arrears.contacts.permit-denied.v1', one.facts.debtorId)).toHaveLength(1);
    await world.know({ ...one.facts, caseSeq: 2, holds: [hold('dispute')] });
    expect(await ask(request)).toMatchObject({ verdict: 'denied', earliest: 'never' });
    expect(await outbox('arrears.contacts.permit-denied.v1', one.facts.debtorId)).toHaveLength(2);
    expect((await caseJournal(one)).map(({ kind }) => kind)).toEqual([
      'permit-granted',
      'permit-denied',
      'permit-denied',
    ]);
    expect(await verifyCaseJournal(world.db, one.facts.caseId)).toMatchObject({ ok: true });
  });

  it('is free of counters for a thank-you, behind the reminder of the day and before it', async () => {
    const one = await world.overdue();
    await granted(one.request());
    await granted(one.request({ purpose: 'confirm-payment' }));
    const other = await world.overdue();
    await granted(other.request({ purpose: 'confirm-payment' }));
    await granted(other.request());
  });

  it('counts by rule in the metrics', async () => {
    expect(await world.metrics.value('permit_denied_total', { rule: 'HOUSE-SMS-DAY' })).toBeGreaterThan(0);
    expect(await world.metrics.value('permits_total', { channel: 'sms', verdict: 'granted' })).toBeGreaterThan(0);
  });
});

describe('facts-behind and stale', () => {
  it('waits for the case, for its newest fact and for the heartbeat', async () => {
    const one = await world.overdue();
    expect((await ask(one.request({ caseId: randomUUID() }))).verdict).toBe('facts-behind');
    expect((await ask(one.request({ expects: { caseSeq: 2 } }))).verdict).toBe('facts-behind');
    world.clock.advance(4_001);
    expect((await ask(one.request())).verdict).toBe('facts-behind');
    await world.inbound(one);
    const serve = await granted(one.request({ purpose: 'serve' }));
    await world.db.transaction((tx) => releasePermit(tx, world.clock, serve.permitId, 'test'));
    await world.beat();
    expect((await ask(one.request())).verdict).toBe('granted');
  });

  it('FRESH: a payment that was seen makes the waiting reminder stale', async () => {
    const one = await world.overdue();
    await world.know({ ...one.facts, caseSeq: 2, voidBefore: 2 });
    expect((await ask(one.request())).verdict).toBe('stale');
  });

  it('never goes back to an older state of the case', async () => {
    const one = await world.overdue();
    await world.know({ ...one.facts, caseSeq: 3, voidBefore: 3 });
    await world.know({ ...one.facts, caseSeq: 2, voidBefore: 0 });
    expect((await ask(one.request({ expects: { caseSeq: 2 } }))).verdict).toBe('stale');
  });
});

describe('settling', () => {
  it('counts what happened, whatever order it is told in', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    await told(permitId, request, 'handed-over', 'hash');
    await told(permitId, request, 'delivered', 'hash');
    await told(permitId, request, 'sent', 'hash');
    expect(await counts(permitId)).toEqual({ smsSent: 'counted', smsDelivered: 'counted', anyContact: 'counted' });
    expect((await readPermit(world.db, permitId))?.state).toBe('delivered');
    expect((await caseJournal(one)).map(({ kind }) => kind)).toEqual([
      'permit-granted',
      'permit-handed-over',
      'permit-delivered',
    ]);
  });

  it('refuses a second content and another contact', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    await told(permitId, request, 'handed-over', 'hash');
    await expect(told(permitId, request, 'sent', 'another')).rejects.toMatchObject({ code: 'permit-used' });
    await expect(told(permitId, one.request(), 'sent', 'hash')).rejects.toMatchObject({ code: 'permit-used' });
    await expect(told(randomUUID(), request, 'sent')).rejects.toMatchObject({ code: 'permit-unknown' });
  });

  it('gives counters back when nothing left: then another contact may go', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    expect((await ask(one.request())).verdict).toBe('denied');
    await told(permitId, request, 'never-left');
    const next = one.request();
    const again = await granted(next);
    await world.db.transaction((tx) => releasePermit(tx, world.clock, again.permitId, 'test'));
    expect((await ask(one.request())).verdict).toBe('granted');
  });

  it('does not release what was used', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    await told(permitId, request, 'unknown');
    const release = world.db.transaction((tx) => releasePermit(tx, world.clock, permitId, 'test'));
    await expect(release).rejects.toMatchObject({ code: 'conflict' });
    expect((await ask(one.request())).verdict).toBe('denied');
  });
});

describe('an expired permit', () => {
  const expire = async () => {
    world.clock.advance(60_001);
    await world.beat();
  };

  it('stays counted for everybody else until its owner settles it', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    await expire();
    expect((await ask(one.request())).verdict).toBe('denied');
    await told(permitId, request, 'never-left');
    expect((await ask(one.request())).verdict).toBe('granted');
  });

  it('is replaced, with its reservation, when its own message asks again', async () => {
    const one = await world.overdue();
    const request = one.request();
    const first = await granted(request);
    await expire();
    const second = await granted(request);
    expect(second.permitId).not.toBe(first.permitId);
    expect(await counts(first.permitId)).toMatchObject({ smsSent: 'given-back' });
    expect(await counts(second.permitId)).toMatchObject({ smsSent: 'reserved' });
  });

  it('of a message that was handed over is not followed by another', async () => {
    const one = await world.overdue();
    const request = one.request();
    const { permitId } = await granted(request);
    await told(permitId, request, 'handed-over', 'hash');
    await expire();
    await expect(ask(request)).rejects.toMatchObject({ code: 'permit-used' });
  });
});

describe('rules of an agreement', () => {
  it('are data: an agreement that leaves the house rules out is not asked them', async () => {
    const one = await world.overdue({ agreementId: 'AGR-FREE' });
    await world.db.execute(
      `INSERT INTO agreement_rules (agreement_id, rule_packs) VALUES ('AGR-FREE', '{cn-cba-2026}')`,
    );
    await granted(one.request());
    const second = await granted(one.request());
    expect(second.packs.map(({ pack }) => pack)).not.toContain('house-default');
  });

  it.each([
    ['set at the gate', ['house-default']],
    ['named by the agreement itself', null],
  ])('%s free nobody of the law', async (_, set) => {
    const agreementId = `AGR-LAW-${set === null ? 'named' : 'set'}`;
    const one = await world.overdue({ agreementId }, { rulePacks: ['house-default'] });
    if (set !== null)
      await world.db.execute('INSERT INTO agreement_rules (agreement_id, rule_packs) VALUES ($1, $2)', [
        agreementId,
        set,
      ]);
    const answer = await granted(one.request());
    expect(answer.packs.map(({ pack }) => pack).sort()).toEqual([
      ...['cn-card', 'cn-cba-2026', 'cn-gbt-45251-2025', 'cn-limitation', 'cn-statutes', 'house-default'],
    ]);
  });

  it('bar a person whom nobody may contact, in every agreement', async () => {
    const one = await world.overdue();
    await world.db.execute(
      `INSERT INTO person_ledgers (person_id, never_contact_since) VALUES ($1, now())
       ON CONFLICT (person_id) DO UPDATE SET never_contact_since = now()`,
      [one.facts.debtorId],
    );
    expect(await ask(one.request({ purpose: 'serve' }))).toMatchObject({ verdict: 'denied', earliest: 'never' });
  });
});

describe('half a minute before ten in the evening', () => {
  it('LATE-SMS: a permit ends, and its message is void, when the contact window closes', async () => {
    world.clock.moveTo('2026-11-09T13:59:30.000Z');
    const one = await world.overdue();
    const ten = '2026-11-09T14:00:00.000Z';
    expect(await granted(one.request())).toMatchObject({ expiresAt: ten, validUntil: ten });
  });

  it('NIGHT: from ten on everything waits for eight', async () => {
    world.clock.moveTo('2026-11-09T14:00:00.000Z');
    const one = await world.overdue();
    expect(await ask(one.request())).toMatchObject({ verdict: 'denied', earliest: '2026-11-10T00:00:00.000Z' });
  });
});

describe('an agreement about debts that were bought', () => {
  it('is bound as a buyer by the packs of its place', async () => {
    await world.db.execute(
      `INSERT INTO agreement_rules (agreement_id, jurisdiction, acts_as) VALUES ('AGR-BOUGHT', 'US', 'buyer')`,
    );
    world.clock.moveTo('2026-11-09T19:00:00.000Z');
    const debtor = { name: 'Synthetic Jones', timeZone: 'America/New_York' };
    const one = await world.overdue({ agreementId: 'AGR-BOUGHT', debtor });
    const answer = await granted(one.request({ purpose: 'statutory-notice' }));
    expect(answer).toMatchObject({ by: 'buyer', packs: [{ pack: 'us-regf' }, { pack: 'house-default' }] });
  });
});

function hold(kind: string) {
  return { holdId: randomUUID(), kind, effects: ['contact' as const], allows: [], from: '2026-11-01T00:00:00.000Z' };
}
