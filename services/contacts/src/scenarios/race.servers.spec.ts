import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import type { PermitRequest } from '@arrears/contracts';
import { askForMerge, decideMergeRequest } from '../merges/merge.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import type { RaceInput } from './race.process.js';
import { dial, happened, qualify } from './support.js';

jest.setTimeout(240_000);

const processes = 10;
const requestsEach = 20;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await qualify(world);
});
afterAll(() => world.close());

/** The built program: it runs outside of the test runner. */
const program = fileURLToPath(new URL('../../dist/scenarios/race.process.js', import.meta.url));

/** All requests, dealt out to processes that begin at the same moment. */
async function race(requests: readonly PermitRequest[]): Promise<Record<string, number>> {
  const children: ChildProcess[] = [];
  try {
    for (let n = 0; n < processes; n += 1) {
      const child = fork(program, { execArgv: [], stdio: 'inherit' });
      children.push(child);
      const { url, keysUrl, masterKey, clock } = world;
      const own = requests.filter((_, index) => index % processes === n);
      const input: RaceInput = {
        url,
        keysUrl,
        masterKey: masterKey.toString('hex'),
        now: clock.nowIso(),
        requests: own,
      };
      child.send(input);
    }
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message') as Promise<[{ verdicts: string[] }]>);
    for (const child of children) child.send('go');
    const tally: Record<string, number> = {};
    for (const [{ verdicts }] of await Promise.all(answers))
      for (const verdict of verdicts) tally[verdict] = (tally[verdict] ?? 0) + 1;
    return tally;
  } finally {
    for (const child of children) child.kill();
  }
}

const many = (make: (n: number) => PermitRequest) =>
  Array.from({ length: processes * requestsEach }, (_, n) => make(n));

describe(`RACE: ${processes * requestsEach} permit requests for one debtor from ${processes} processes`, () => {
  it('never exceed one SMS a day', async () => {
    const one = await world.overdue();
    expect(await race(many(() => one.request()))).toEqual({ granted: 1, denied: 199 });
    expect(await verifyCaseJournal(world.db, one.facts.caseId)).toMatchObject({ ok: true });
  });

  it('never exceed it across agreements, where two banks know the same man', async () => {
    const paper = {
      name: 'Synthetic',
      idType: 'resident-id',
      idNumber: '11010119880501RACE',
      timeZone: 'Asia/Shanghai',
    };
    const banks: OverdueCase[] = [];
    for (const agreementId of ['AGR-1', 'AGR-2']) banks.push(await world.overdue({ debtor: paper, agreementId }));
    const requests = many((n) => (banks[n % 2] as OverdueCase).request());
    expect(await race(requests)).toEqual({ granted: 1, denied: 199 });
  });

  it('never exceed three effective calls by one, each dial being one that may come of it', async () => {
    const one = await world.overdue();
    await happened(world, dial(one), 'effective-call');
    expect(await race(many(() => dial(one)))).toEqual({ granted: 2, denied: 198 });
  });

  it('never exceed it under several ids of one human', async () => {
    const known: OverdueCase[] = [];
    for (let n = 0; n < 4; n += 1) known.push(await world.overdue());
    const personIds = known.map(({ facts }) => facts.debtorId);
    const { mergeId } = await world.db.transaction((tx) =>
      askForMerge(tx, world.clock, { personIds, reason: 'same-id-number', evidence: null, actor: 'anna' }),
    );
    await world.db.transaction((tx) =>
      decideMergeRequest(tx, world.clock, { mergeId, decision: 'approve', actor: 'bert' }),
    );
    // All of them stand in one line: enough that each process asks about each id.
    const requests = many((n) => (known[n % known.length] as OverdueCase).request()).slice(0, 60);
    expect(await race(requests)).toEqual({ granted: 1, denied: 59 });
    for (const { facts } of known) expect(await verifyCaseJournal(world.db, facts.caseId)).toMatchObject({ ok: true });
  });

  it('CBA-6: never exceed six dials to one number, which thirty debtors gave', async () => {
    const debtors: OverdueCase[] = [];
    for (let n = 0; n < 30; n += 1)
      debtors.push(
        await world.overdue({ contactPoints: [{ kind: 'mobile', value: '13800000600', source: 'application' }] }),
      );
    // No debtor asks more often than he may be called: the number alone stands in the way.
    const requests = many((n) => dial(debtors[n % debtors.length] as OverdueCase)).slice(0, 60);
    expect(await race(requests)).toEqual({ granted: 6, denied: 54 });
    const reserved = await world.db.query<{ n: number }>(
      `SELECT count(*)::int AS n
         FROM counted_contacts
        WHERE number = (SELECT value_index FROM contact_points WHERE person_id = $1) AND 'dialUnanswered' = ANY (reserved)`,
      [debtors[0]?.facts.debtorId],
    );
    expect(reserved).toEqual([{ n: 6 }]);
  });

  it('of one and the same message give one permit', async () => {
    const one = await world.overdue();
    const request = one.request();
    expect(await race(many(() => request))).toEqual({ granted: 200 });
    const rows = await world.db.query('SELECT 1 FROM permits WHERE contact_id = $1', [request.contactId]);
    expect(rows).toHaveLength(1);
  });
});
