import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Tx } from '@arrears/persistence';
import { giveConsent } from '../consents/consent.service.js';
import {
  askForMerge,
  askForSplit,
  decideMergeRequest,
  decideSplitRequest,
  previewMerge,
} from '../merges/merge.service.js';
import { askForStatus } from '../persons/status.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { granted, happened, journalOf, rulesAgainst } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
let two: OverdueCase;
let mergeId: string;
beforeAll(async () => {
  world = await openWorld();
  one = await world.overdue();
  two = await world.overdue();
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
          evidence: null,
          actor: 'anna',
        },
      }),
    );
    expect(await rulesAgainst(world, two.request())).toContain('PERSON-STATUS');
    const night = { kind: 'any-hour' as const, contactPointId: null, proof: 'sha256:cc', actor: 'anna' };
    const { debtorId: personId, agreementId } = one.facts;
    await tx((t) => giveConsent(t, world.clock, { ...night, personId, agreementId, givenAt: world.clock.nowIso() }));
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
    const consents = await world.db.query('SELECT person_id FROM consents WHERE withdrawn_at IS NULL');
    expect(consents).toEqual([{ person_id: one.facts.debtorId }]);
    expect(await rulesAgainst(world, one.request())).toContain('PERSON-STATUS');
    // The reminder was sent to the first only: the second may have his.
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
