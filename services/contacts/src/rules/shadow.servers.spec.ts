import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { requestPermit } from '../gate/gate.service.js';
import { dayMs, happened, hourMs, later } from '../scenarios/support.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { shadow } from './shadow.service.js';

jest.setTimeout(60_000);

/** A house that allows so many SMS in so many days. */
const house = (max: number, days: number) => `
pack: house-default
packVersion: 'candidate'
title: { zh: 限额, en: limits }
jurisdiction: any
zones: [Asia/Shanghai]
rules:
  - id: HOUSE-SMS-CANDIDATE
    zh: 限额
    en: limit
    effectiveFrom: 2020-01-01
    binds: [firstParty]
    channels: [sms]
    purposes: [collect]
    verdict: delay
    counter: { event: smsSent, key: person, window: { calendarDays: ${days} }, max: ${max} }
    severity: house
    citation: { document: House, article: candidate }
    examples:
      - name: none yet
        given: { at: '2026-11-09T10:00:00+08:00' }
        expect: passes
      - name: too many
        given: { at: '2026-11-09T10:00:00+08:00', events: [${Array.from({ length: max }, () => `{ kind: smsSent, at: '2026-11-09T09:00:00+08:00' }`).join(', ')}] }
        expect: { denied: { until: '2026-11-${String(9 + days).padStart(2, '0')}T00:00:00+08:00' } }
`;

let world: World;
let one: OverdueCase;
const period = { from: '2026-11-09T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z' };
beforeAll(async () => {
  world = await openWorld();
  one = await world.overdue();
  // Three days with one SMS each, the first of which never left; a second one on the last day is denied.
  await happened(world, one.request(), 'never-left');
  await happened(world, one.request(), 'delivered');
  await later(world, dayMs);
  await happened(world, one.request(), 'delivered');
  await later(world, dayMs);
  await happened(world, one.request(), 'delivered');
  await later(world, hourMs);
  expect((await requestPermit(world.gate, one.request())).verdict).toBe('denied');
});
afterAll(() => world.close());

const run = (yaml: string, of: { from?: string | undefined; to?: string | undefined } = {}) =>
  shadow(world.db, world.gate.rules, { yaml, now: world.clock.nowIso(), ...period, ...of });

describe('a pack that is not in force', () => {
  it('says what it would have denied, by what was counted at each moment', async () => {
    expect(await run(house(1, 2))).toMatchObject({
      pack: 'house-default',
      packVersion: 'candidate',
      complete: true,
      asked: 4,
      denied: 2,
      byRule: { 'HOUSE-SMS-CANDIDATE': 2 },
      newlyPermitted: 0,
      samples: [{ kind: 'permit', caseId: one.facts.caseId }, { kind: 'permit' }],
    });
  });

  it('says what it would newly permit', async () => {
    expect(await run(house(4, 1))).toMatchObject({
      asked: 4,
      denied: 0,
      newlyPermitted: 1,
      samples: [{ kind: 'denial' }],
    });
  });

  it('is asked about the period only', async () => {
    expect(await run(house(1, 2), { to: '2026-11-10T00:00:00.000Z' })).toMatchObject({ asked: 1, denied: 0 });
  });

  it('is asked about the 30 days before now when nobody says otherwise', async () => {
    const report = await run(house(1, 2), { from: undefined, to: undefined });
    // The answer of this very moment lies outside.
    expect(report).toMatchObject({ asked: 3, denied: 2, to: world.clock.nowIso() });
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(30 * dayMs);
  });

  it('of a new name is tried on all contacts', async () => {
    expect(await run(house(1, 2).replace('pack: house-default', 'pack: house-new'))).toMatchObject({
      asked: 4,
      denied: 2,
    });
  });

  it('is refused with the line of its fault', async () => {
    const failing = run(house(1, 2).replace('max: 1', 'max: none'));
    await expect(failing).rejects.toMatchObject({ code: 'invalid-input' });
    const error = (await failing.catch((thrown: unknown) => thrown)) as { errors: { path: string; message: string }[] };
    expect(error.errors[0]).toMatchObject({ path: expect.stringMatching(/^yaml:\d+$/) });
    expect(error.errors[0]?.message).toContain('HOUSE-SMS-CANDIDATE');
  });
});
