import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MessageReceived, MessageReturned } from '@arrears/contracts';
import { takeReply } from '../inbound/inbound.service.js';
import { takeReturned } from '../points/invalidate.service.js';
import { granted, journalOf, pointsOf, rulesAgainst, told } from '../scenarios/support.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { giveConsent, takeOptOut, withdraw } from './consent.service.js';
import { readHistory } from './consent.store.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  // Eleven at night in Shanghai.
  world = await openWorld('2026-11-09T15:00:00.000Z');
});
afterAll(() => world.close());

const night = (one: OverdueCase, of: object = {}) =>
  world.db.transaction((tx) =>
    giveConsent(tx, world.clock, {
      ...{ personId: one.facts.debtorId, agreementId: one.facts.agreementId, kind: 'any-hour', contactPointId: null },
      ...{ givenAt: world.clock.nowIso(), proof: 'sha256:ab', actor: 'collector-1' },
      ...of,
    }),
  );
const received = (one: OverdueCase, kind: MessageReceived['kind']): MessageReceived => ({
  ...{ inboundId: randomUUID(), channel: 'sms', kind, agreementId: one.facts.agreementId, contentHash: 'h' },
  ...{ personId: one.facts.debtorId, debtorId: one.facts.debtorId, at: world.clock.nowIso() },
  contactPointId: pointsOf(world, one, 'debtor')[0] ?? '',
});
const take = (message: MessageReceived) =>
  world.db.transaction((tx) =>
    message.kind === 'reply' ? takeReply(tx, world.clock, message) : takeOptOut(tx, world.clock, message),
  );

describe('a consent', () => {
  it('lets him be written to at night, until he withdraws it', async () => {
    const one = await world.overdue();
    expect(await rulesAgainst(world, one.request())).toContain('CN-CBA-TIME');
    const { consentId } = await night(one);
    await granted(world, one.request());
    const first = await world.db.transaction((tx) => withdraw(tx, world.clock, { consentId, proof: null, actor: 'a' }));
    const again = await world.db.transaction((tx) => withdraw(tx, world.clock, { consentId, proof: null, actor: 'b' }));
    expect(again).toEqual(first);
    expect(await rulesAgainst(world, one.request())).toContain('CN-CBA-TIME');
    expect((await readHistory(world.db, one.facts.debtorId, null)).map(({ what, kind }) => `${what} ${kind}`)).toEqual([
      'withdrawn any-hour',
      'given any-hour',
    ]);
    expect((await journalOf(world, one)).filter((kind) => kind.startsWith('consent-'))).toEqual([
      'consent-given',
      'consent-withdrawn',
    ]);
  });

  it('is for the agreement, and the point, that it was given for', async () => {
    const one = await world.overdue({
      contactPoints: [
        { kind: 'mobile', value: '13800000601', source: 'application' },
        { kind: 'mobile', value: '13800000602', source: 'application' },
      ],
    });
    const [first = '', second = ''] = pointsOf(world, one, 'debtor');
    await night(one, { contactPointId: second });
    expect(await rulesAgainst(world, one.request({ contactPointIds: [first] }))).toContain('CN-CBA-TIME');
    await granted(world, one.request({ contactPointIds: [second] }));
    const other = await world.overdue({ agreementId: 'AGR-2' });
    await night(other, { agreementId: 'AGR-1' });
    expect(await rulesAgainst(world, other.request())).toContain('CN-CBA-TIME');
  });

  it('is not given in the future, nor for a point of somebody else', async () => {
    const one = await world.overdue();
    const two = await world.overdue();
    await expect(night(one, { givenAt: '2026-11-09T15:00:01.000Z' })).rejects.toMatchObject({ code: 'conflict' });
    const [foreign = ''] = pointsOf(world, two, 'debtor');
    await expect(night(one, { contactPointId: foreign })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('“退订”', () => {
  it('closes the channel for this point until he asks for it again; who is told twice is told once', async () => {
    const one = await world.overdue();
    await night(one);
    const out = received(one, 'opt-out');
    await take(out);
    await take(out);
    expect(await rulesAgainst(world, one.request())).toContain('NO-USABLE-POINT');
    const changed = await told<{ contactPointId: string; optedOut: string[] }>(
      world,
      'arrears.contacts.contact-point-changed.v1',
    );
    expect(changed.filter(({ contactPointId }) => contactPointId === out.contactPointId).at(-1)?.optedOut).toEqual([
      'sms',
    ]);
    await take(received(one, 'opt-in'));
    await granted(world, one.request());
    expect((await readHistory(world.db, one.facts.debtorId, null)).map(({ what }) => what)).toEqual([
      'opted-in',
      'opted-out',
      'given',
    ]);
    expect((await journalOf(world, one)).filter((kind) => kind.startsWith('consent-opted'))).toEqual([
      'consent-opted-out',
      'consent-opted-in',
    ]);
  });
});

describe('a reply', () => {
  it('opens a day in which he may be answered', async () => {
    const one = await world.overdue();
    await night(one);
    const serve = one.request({ purpose: 'serve' });
    expect(await rulesAgainst(world, serve)).toContain('SERVE-WINDOW');
    const reply = received(one, 'reply');
    await take(reply);
    await take(reply);
    await granted(world, serve);
    expect(
      await world.db.query('SELECT 1 FROM inbound_contacts WHERE inbound_id = $1', [reply.inboundId]),
    ).toHaveLength(1);
  });
});

describe('a message that came back', () => {
  const returned = (one: OverdueCase, because: MessageReturned['because']): MessageReturned => ({
    ...{
      messageId: randomUUID(),
      effectKey: 'e',
      step: 's',
      caseId: one.facts.caseId,
      agreementId: one.facts.agreementId,
    },
    ...{ debtorId: one.facts.debtorId, personId: one.facts.debtorId, covers: [], channel: 'email', purpose: 'collect' },
    ...{ templateId: 't', templateVersion: 1, at: world.clock.nowIso(), because, returnedAt: world.clock.nowIso() },
    contactPointId: pointsOf(world, one, 'debtor', 'email')[0],
  });
  const valid = async (one: OverdueCase) =>
    (
      await world.db.query<{ valid: string }>('SELECT valid FROM contact_points WHERE contact_point_id = $1', [
        pointsOf(world, one, 'debtor', 'email')[0],
      ])
    )[0]?.valid;

  it.each(['unknown-address', 'moved', 'no-mailbox', 'blocked'] as const)(
    '(%s) says that the address is dead',
    async (because) => {
      const one = await world.overdue();
      await world.db.transaction((tx) => takeReturned(tx, world.clock, returned(one, because)));
      expect(await valid(one)).toBe('no');
      expect(await journalOf(world, one)).toContain('contact-point-changed');
    },
  );

  it.each(['refused', 'unclaimed', 'other'] as const)('(%s) says nothing of the address', async (because) => {
    const one = await world.overdue();
    await world.db.transaction((tx) => takeReturned(tx, world.clock, returned(one, because)));
    expect(await valid(one)).toBe('unknown');
  });
});
