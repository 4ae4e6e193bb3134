import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { saveAgency, saveCollector, type AgencyRow } from '../qualifications/qualification.store.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { dial, granted, rulesAgainst } from './support.js';

jest.setTimeout(60_000);

/** Monday noon in Shanghai. */
const today = '2026-11-09';

let world: World;
let one: OverdueCase;
beforeAll(async () => {
  world = await openWorld();
  one = await world.overdue();
});
afterAll(() => world.close());

type Entered = Omit<AgencyRow, 'agencyId' | 'version' | 'changedBy' | 'changedAt'>;
const inOrder: Entered = {
  listed: true,
  publishedOn: '2026-03-01',
  inspectedUntil: '2027-01-31',
  evaluatedUntil: '2027-02-28',
  contractTerms: ['purpose', 'term', 'no-sub-entrusting', 'return-or-delete'],
};

/** A recorded call by a trained collector of an agency of which this is entered; null: nothing. */
async function callBy(entered: Entered | null, more: Parameters<typeof dial>[1] = {}) {
  const agencyId = `ag-${randomUUID()}`;
  const collectorId = `col-${randomUUID()}`;
  const by = { by: 'compliance-1', at: world.clock.nowIso() };
  if (entered !== null) await saveAgency(world.db, { agencyId, ...entered, ...by });
  const training = { trainedUntil: '2027-06-30', certificate: 'cert:1', violentRecord: false };
  await saveCollector(world.db, { collectorId, agencyId, ...training, ...by });
  await world.beat();
  return dial(one, { actor: collectorId, agencyId, ...more });
}

describe('an agency', () => {
  it('calls the debtor when it is on the published white list and both yearly reviews are in force', async () => {
    const answer = await granted(world, await callBy(inOrder));
    expect(answer.by).toBe('agency');
    const [kept] = await world.db.query<{ terms: string[] }>(
      `SELECT basis #> '{facts,values,agency.contractTerms}' AS terms FROM permits WHERE permit_id = $1`,
      [answer.permitId],
    );
    expect(kept?.terms).toEqual(inOrder.contractTerms);
  });

  it.each<[string, Entered | null, string[]]>([
    ['of which nothing is entered', null, ['CN-CBA-AGENCY', 'CN-GBT-AGENCY']],
    ['that is not on the white list', { ...inOrder, listed: false }, ['CN-CBA-AGENCY']],
    ['whose list is not published', { ...inOrder, publishedOn: null }, ['CN-CBA-AGENCY']],
    ['whose list is published tomorrow', { ...inOrder, publishedOn: '2026-11-10' }, ['CN-CBA-AGENCY']],
    ['that was never inspected', { ...inOrder, inspectedUntil: null }, ['CN-CBA-AGENCY']],
    ['whose inspection ran out yesterday', { ...inOrder, inspectedUntil: '2026-11-08' }, ['CN-CBA-AGENCY']],
    ['whose evaluation ran out yesterday', { ...inOrder, evaluatedUntil: '2026-11-08' }, ['CN-GBT-AGENCY']],
  ])('%s does not', async (_, entered, rules) => {
    expect((await rulesAgainst(world, await callBy(entered))).sort()).toEqual(rules);
  });

  it('works on the last day of its reviews, and on the day of its publication', async () => {
    const lastDay = { ...inOrder, publishedOn: today, inspectedUntil: today, evaluatedUntil: today };
    await granted(world, await callBy(lastDay));
  });

  it('sends no collector whom it did not train, nor one of another house', async () => {
    expect(await rulesAgainst(world, await callBy(inOrder, { actor: 'nobody' }))).toContain('CN-GBT-TRAIN');
    const others = await callBy(inOrder);
    expect(await rulesAgainst(world, await callBy(inOrder, { actor: others.actor }))).toContain('CN-GBT-TRAIN');
  });

  it('shares the debtor’s counters with the bank and every other agency', async () => {
    one = await world.overdue();
    for (const by of [await callBy(inOrder), await callBy(inOrder)]) await granted(world, by);
    await granted(world, await callBy(inOrder));
    expect(await rulesAgainst(world, await callBy(inOrder))).toContain('CN-GBT-CALLS');
  });
});
