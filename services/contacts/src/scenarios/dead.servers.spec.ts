import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { askForStatus, decideStatus } from '../persons/status.service.js';
import { statusHistory } from '../persons/status.store.js';
import type { PersonStatus } from '../persons/status.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { denied, granted, journalOf, personOf, pointsOf, rulesAgainst, told } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
beforeAll(async () => {
  world = await openWorld();
  one = await world.overdue({
    guarantors: [
      {
        name: 'Synthetic Guarantor',
        customerNo: 'G-500',
        liability: 'joint',
        contactPoints: [{ kind: 'mobile', value: '13900000501', source: 'application' }],
      },
    ],
  });
});
afterAll(() => world.close());

const ask = (to: PersonStatus, actor: string) =>
  world.db.transaction((tx) =>
    askForStatus(tx, world.clock, {
      ...{ personId: one.facts.debtorId, to, reason: 'relative-reported', evidence: 'sha256:aa', actor },
    }),
  );
const decide = (changeId: string, actor: string, decision: 'approve' | 'refuse' = 'approve') =>
  world.db.transaction((tx) =>
    decideStatus(tx, world.clock, { personId: one.facts.debtorId, changeId, decision, actor }),
  );
const guarantor = () =>
  one.request({
    personId: personOf(world, one, 'jointGuarantor'),
    contactPointIds: pointsOf(world, one, 'jointGuarantor'),
  });

describe('DEAD: "he died" from a relative; proven; then disproved', () => {
  it('stops contact at once when it is only said', async () => {
    expect((await ask('claimed-dead', 'collector-1')).state).toBe('applied');
    expect(await rulesAgainst(world, one.request())).toContain('PERSON-STATUS');
    expect(await rulesAgainst(world, one.request({ purpose: 'statutory-notice' }))).toContain('PERSON-STATUS');
  });

  it('leaves the guarantor, who goes on owing', async () => {
    await granted(world, guarantor());
  });

  it('is believed when a second person has seen the proof, and not by who asked', async () => {
    const request = await ask('dead', 'supervisor-1');
    expect(request.state).toBe('requested');
    await expect(decide(request.changeId, 'supervisor-1')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ask('dead', 'supervisor-3')).rejects.toMatchObject({ code: 'conflict' });
    expect(await rulesAgainst(world, one.request())).toContain('PERSON-STATUS');
    expect((await decide(request.changeId, 'supervisor-2')).state).toBe('applied');
    const answer = await denied(world, one.request());
    expect(answer).toMatchObject({ earliest: 'never', denials: [{ rule: 'NEVER-CONTACT' }] });
    await expect(decide(request.changeId, 'supervisor-2')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('holds in every agreement of this human, also for his own call', async () => {
    await world.inbound(one);
    expect(await rulesAgainst(world, one.request({ purpose: 'serve' }))).toContain('NEVER-CONTACT');
  });

  it('is taken back with four eyes, and contact goes on', async () => {
    const request = await ask('normal', 'supervisor-1');
    expect(request.state).toBe('requested');
    expect(await rulesAgainst(world, one.request())).toContain('NEVER-CONTACT');
    await decide(request.changeId, 'supervisor-2');
    await granted(world, one.request());
  });

  it('keeps its history, and tells the case and whoever listens', async () => {
    const history = await statusHistory(world.db, one.facts.debtorId);
    expect(history.map(({ from, to, state }) => `${from} > ${to} ${state}`).sort()).toEqual([
      'claimed-dead > dead applied',
      'dead > normal applied',
      'normal > claimed-dead applied',
    ]);
    expect(history.every(({ reason, requestedBy, decidedBy }) => [reason, requestedBy, decidedBy].every(Boolean))).toBe(
      true,
    );
    const events = await told<{ from: string; to: string; neverContact: boolean; debtorId: string }>(
      world,
      'arrears.contacts.person-status-changed.v1',
    );
    expect(events.map(({ from, to, neverContact }) => [from, to, neverContact])).toEqual([
      ['normal', 'claimed-dead', false],
      ['claimed-dead', 'dead', true],
      ['dead', 'normal', false],
    ]);
    expect((await journalOf(world, one)).filter((kind) => kind === 'person-status-changed')).toHaveLength(3);
    expect(await verifyCaseJournal(world.db, one.facts.caseId)).toMatchObject({ ok: true });
  });
});
