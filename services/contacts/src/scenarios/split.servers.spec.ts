import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Tx } from '@arrears/persistence';
import { giveConsent, takeOptOut } from '../consents/consent.service.js';
import { readHistory } from '../consents/consent.store.js';
import { previewPermits } from '../gate/preview.service.js';
import {
  askForMerge,
  askForSplit,
  decideMergeRequest,
  decideSplitRequest,
  previewMerge,
} from '../merges/merge.service.js';
import { askForStatus } from '../persons/status.service.js';
import { takeReturned } from '../points/invalidate.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { granted, happened, journalOf, pointsOf, rulesAgainst } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
let two: OverdueCase;
let mergeId: string;
const inboundId = randomUUID();
beforeAll(async () => {
  world = await openWorld();
  // Two who live together and gave the same number.
  one = await world.overdue({ contactPoints: [{ kind: 'mobile', value: '13800000901', source: 'application' }] });
  two = await world.overdue({ contactPoints: [{ kind: 'mobile', value: '138-0000-0901', source: 'application' }] });
});
afterAll(() => world.close());

const persons = () => [one.facts.debtorId, two.facts.debtorId];
const tx = <T>(work: (tx: Tx) => Promise<T>) => world.db.transaction(work);
const countedOf = async (personId: string) =>
  (
    await world.db.query<{ n: number }>('SELECT count(*)::int AS n FROM counted_contacts WHERE person_id = $1', [
      personId,
    ])
  )[0]?.n;

describe('SPLIT: two persons are merged by mistake', () => {
  it('shows before what would be counted together', async () => {
    await happened(world, one.request(), 'delivered');
    const preview = await previewMerge(world.db, world.clock, { personIds: persons(), agreements: null });
    expect(preview.together).toEqual({ smsSent: 1, smsDelivered: 1, anyContact: 1 });
    expect(preview.members.map(({ personId }) => personId)).toEqual([...persons()].sort());
  });

  it('is in force when a second person agrees', async () => {
    const asked = await tx((t) =>
      askForMerge(t, world.clock, { personIds: persons(), reason: 'same-id-number', evidence: null, actor: 'anna' }),
    );
    mergeId = asked.mergeId;
    const approve = (actor: string) =>
      tx((t) => decideMergeRequest(t, world.clock, { mergeId, decision: 'approve', actor }));
    await expect(approve('anna')).rejects.toMatchObject({ code: 'not-allowed' });
    await granted(world, two.request({ purpose: 'confirm-payment' }));
    expect((await approve('bert')).state).toBe('in-force');
    await expect(approve('bert')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('counts what happened to one for the other', async () => {
    expect(await rulesAgainst(world, two.request())).toEqual(['HOUSE-SMS-DAY']);
    expect(await rulesAgainst(world, one.request())).toEqual(['HOUSE-SMS-DAY']);
  });

  it('lets neither pass the other in parallel', async () => {
    const three = await world.overdue();
    const four = await world.overdue();
    const { mergeId: another } = await tx((t) =>
      askForMerge(t, world.clock, {
        personIds: [three.facts.debtorId, four.facts.debtorId],
        ...{ reason: 'same-id-number', evidence: null, actor: 'anna' },
      }),
    );
    await tx((t) => decideMergeRequest(t, world.clock, { mergeId: another, decision: 'approve', actor: 'bert' }));
    const answers = await Promise.all(
      [three, four, three, four, three, four].map((of) => rulesAgainst(world, of.request())),
    );
    expect(answers.filter(([answer]) => answer === 'granted')).toHaveLength(1);
  });

  it('holds what one is for the other', async () => {
    await tx((t) =>
      askForStatus(t, world.clock, {
        ...{
          personId: one.facts.debtorId,
          to: 'claimed-dead',
          reason: 'relative-reported',
          evidence: 'sha256:dd',
          actor: 'anna',
        },
      }),
    );
    expect(await rulesAgainst(world, two.request())).toContain('PERSON-STATUS');
    const night = { kind: 'any-hour' as const, contactPointId: null, proof: 'sha256:cc', actor: 'anna' };
    const { debtorId: personId, agreementId } = one.facts;
    await tx((t) => giveConsent(t, world.clock, { ...night, personId, agreementId, givenAt: world.clock.nowIso() }));
  });

  it('binds both by what one of them said from their number', async () => {
    const [contactPointId = ''] = pointsOf(world, one, 'debtor');
    const { debtorId, agreementId } = one.facts;
    const said = { inboundId, channel: 'sms' as const, agreementId, personId: debtorId, debtorId, contactPointId };
    await tx((t) =>
      takeOptOut(t, world.clock, { ...said, kind: 'opt-out', contentHash: 'h', at: world.clock.nowIso() }),
    );
    for (const each of [one, two]) expect(await rulesAgainst(world, each.request())).toContain('NO-USABLE-POINT');
    const [preview] = (
      await previewPermits(world.gate, {
        ...{ caseId: two.facts.caseId, agreementId, debtorId: two.facts.debtorId },
        asks: [
          {
            ...{ key: 'k', personId: two.facts.debtorId, contactPointIds: [], channel: 'sms', purpose: 'collect' },
            ...{ covers: two.facts.accounts.map(({ accountId }) => accountId), at: world.clock.nowIso() },
          },
        ],
      })
    ).answers;
    expect(preview?.denials.map(({ rule }) => rule)).toContain('NO-USABLE-POINT');
  });

  it('is undone with four eyes: each keeps the counters, consents and proofs of what happened to him', async () => {
    const before = await Promise.all(persons().map(countedOf));
    await tx((t) => askForSplit(t, world.clock, { mergeId, reason: 'namesakes', actor: 'anna' }));
    const split = (actor: string) =>
      tx((t) => decideSplitRequest(t, world.clock, { mergeId, decision: 'approve', actor }));
    await expect(split('anna')).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await rulesAgainst(world, two.request())).toContain('PERSON-STATUS');
    expect((await split('bert')).state).toBe('split');

    expect(await Promise.all(persons().map(countedOf))).toEqual(before);
    const [first, second] = persons();
    const proofs = (sql: string) => world.db.query(`${sql} = ANY ($1::uuid[])`, [persons()]);
    expect(await proofs('SELECT person_id, proof FROM consents WHERE withdrawn_at IS NULL AND person_id')).toEqual([
      { person_id: first, proof: 'sha256:cc' },
    ]);
    expect(await proofs('SELECT person_id, to_status, evidence FROM person_status_changes WHERE person_id')).toEqual([
      { person_id: first, to_status: 'claimed-dead', evidence: 'sha256:dd' },
    ]);
    const history = async (personId = '') =>
      (await readHistory(world.db, personId, null)).map(({ what, kind, source }) => ({ what, kind, source }));
    expect(await history(first)).toEqual([
      { what: 'opted-out', kind: 'sms', source: inboundId },
      { what: 'given', kind: 'any-hour', source: expect.any(String) },
    ]);
    expect(await history(second)).toEqual([]);
    const against = await rulesAgainst(world, one.request());
    expect(against).toEqual(expect.arrayContaining(['PERSON-STATUS', 'NO-USABLE-POINT']));
    // The reminder was sent to the first only, and only he closed the channel: the second may have his.
    await granted(world, two.request());
  });

  it('is told in both cases', async () => {
    for (const each of [one, two])
      expect((await journalOf(world, each)).filter((kind) => kind.startsWith('persons-'))).toEqual([
        'persons-merged',
        'persons-split',
      ]);
  });
});

describe('an e-mail that came back', () => {
  it('says of one human under all his ids that he is not there, and nothing of who shares the mailbox', async () => {
    const contactPoints = [{ kind: 'email' as const, value: 'shared@example.com', source: 'application' }];
    const [three, four, other] = [
      await world.overdue({ contactPoints }),
      await world.overdue({ contactPoints }),
      await world.overdue({ contactPoints }),
    ];
    const { mergeId: same } = await tx((t) =>
      askForMerge(t, world.clock, {
        personIds: [three.facts.debtorId, four.facts.debtorId],
        ...{ reason: 'same-id-number', evidence: null, actor: 'anna' },
      }),
    );
    await tx((t) => decideMergeRequest(t, world.clock, { mergeId: same, decision: 'approve', actor: 'bert' }));
    const { caseId, agreementId, debtorId } = three.facts;
    const at = world.clock.nowIso();
    await tx((t) =>
      takeReturned(t, world.clock, {
        ...{ messageId: randomUUID(), effectKey: 'e', step: 's', caseId, agreementId, debtorId, personId: debtorId },
        ...{ covers: [], channel: 'email', purpose: 'collect', templateId: 't', templateVersion: 1, at },
        ...{ contactPointId: pointsOf(world, three, 'debtor', 'email')[0], because: 'no-mailbox', returnedAt: at },
      }),
    );
    const valid = await Promise.all(
      [three, four, other].map(async (each) => {
        const [point] = await world.db.query<{ valid: string }>(
          'SELECT valid FROM contact_points WHERE contact_point_id = $1',
          [pointsOf(world, each, 'debtor', 'email')[0]],
        );
        return point?.valid;
      }),
    );
    expect(valid).toEqual(['no', 'no', 'unknown']);
  });
});
