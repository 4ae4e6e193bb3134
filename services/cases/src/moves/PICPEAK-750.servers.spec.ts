import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '@arrears/auth';
import type { DecideResult, QueueMessage } from '@arrears/contracts/activities';
import { silentLogger as log } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { openBench, overdueLoan, type Bench } from '../testing.js';
import { approveMove, dryRun, requestMove, undoMove } from './move.service.js';
import { moveStore, type MoveRow } from './move.store.js';
import { runNextMove } from './run-moves.js';

const open = 2_000;
const unmapped = 40;
const recalled = 10;
const killedAfter = 700;
const days = 24 * 60 * 60_000;
const person = (sub: string): Actor => ({ sub, roles: ['manager'], scope: { agreements: 'all' } });
const asked = {
  policyId: 'cn-unsecured-consumer',
  from: 1,
  to: 2,
  filter: {},
  rate: 1_000,
  reason: 'letters for everybody',
  actor: person('author'),
};

/** A debtor of its own with a number, an e-mail and an address. */
const loan = (n: number) =>
  overdueLoan({
    loanId: `L-${n}`,
    customerNo: `C-${n}`,
    debtor: {
      name: '合成样本',
      idType: 'passport',
      idNumber: `E${10_000_000 + n}`,
      timeZone: 'Asia/Shanghai',
      language: 'zh-CN',
    },
    contactPoints: [
      { kind: 'mobile', value: `+86138${String(10_000_000 + n)}`, source: 'application' },
      { kind: 'email', value: `sample-${n}@example.com`, source: 'application' },
      {
        kind: 'address',
        value: { country: 'CN', region: '北京', city: '北京', line: `样本街${n}号`, postcode: '100010' },
        source: 'application',
      },
    ],
  });

describe('PICPEAK-750: version 2 enabled with 2,000 open cases', () => {
  let bench: Bench;
  let cases: string[];
  let dry: Awaited<ReturnType<typeof dryRun>>;
  let move: MoveRow;
  /** Steps and how often each was planned for a case, before the move. */
  let before: { case_id: string; step: string; occurrence: number; outcome: string | null }[];

  /** Four at a time: as many as the pool of a small database takes well. */
  const eachCase = async <T>(ids: readonly string[], work: (id: string) => Promise<T>): Promise<T[]> => {
    const results: T[] = [];
    for (let i = 0; i < ids.length; i += 4) results.push(...(await Promise.all(ids.slice(i, i + 4).map(work))));
    return results;
  };
  const messages = ({ perform }: DecideResult): QueueMessage[] =>
    perform.flatMap((step) => (step.do === 'queue-message' ? [step.message] : []));
  /** The message left the house. */
  const sent = (message: QueueMessage) => {
    const { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId } = message;
    const ids = { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId };
    const messageId = '018f4a5e-0000-7000-8000-000000000001';
    const fact = { ...ids, messageId, templateVersion: 1, at: bench.clock.nowIso() };
    return bench.take('arrears.notifications.message-sent.v1', fact);
  };
  const steps = () =>
    bench.database.query<(typeof before)[number]>(
      'SELECT case_id, step, occurrence, outcome FROM steps ORDER BY case_id, step, occurrence',
    );
  /** How many open cases have all their accounts under one version, by version. */
  const versions = async () =>
    Object.fromEntries(
      (
        await bench.database.query<{ version: string; n: number }>(
          `SELECT v.version, count(*)::int AS n
             FROM (SELECT a.case_id, string_agg(DISTINCT a.policy_version::text, ' and ') AS version
                     FROM accounts a
                    WHERE a.status <> 'closed'
                    GROUP BY a.case_id) v
            GROUP BY v.version`,
        )
      ).map(({ version, n }) => [version, n]),
    );
  const told = async () => {
    const [row] = await bench.database.query<{ journal: number; events: number; cases: number; signals: number }>(
      `SELECT (SELECT count(*)::int FROM journal WHERE kind = 'policy-moved') AS journal,
              (SELECT count(*)::int FROM outbox WHERE type = 'arrears.cases.policy-moved.v1') AS events,
              (SELECT count(DISTINCT case_id)::int FROM journal WHERE kind = 'policy-moved') AS cases,
              (SELECT count(*)::int FROM outbox WHERE destination = 'temporal' AND payload::jsonb ->> 'do' = 'signal') AS signals`,
    );
    return row;
  };

  beforeAll(async () => {
    bench = await openBench('cases_picpeak');
    for (let n = 0; n < open; n += 1) await bench.take('arrears.bank.loan-overdue.v1', loan(n));
    cases = (await bench.database.query<{ case_id: string }>('SELECT case_id FROM cases ORDER BY case_id')).map(
      (row) => row.case_id,
    );
    bench.clock.advance(11 * 60_000);
    const first = await eachCase(cases, (id) => bench.decide(id, 1));
    // Of every second message nothing is known yet; the others left the house.
    for (const [i, result] of first.entries()) if (i % 2 === 0) await sent(messages(result)[0] as QueueMessage);
    bench.clock.advance(15 * days);
    await eachCase(cases, async (id) => sent(messages(await bench.decide(id, 2))[0] as QueueMessage));
    bench.clock.advance(days);
    // A step that version 1 once had, and version 2 knows nothing of.
    await bench.database.execute(
      `INSERT INTO steps (case_id, step, occurrence, kind, covers, anchor, policy_version, decision_no, planned_at)
       SELECT a.case_id, 'courtesy-call', 1, 'call', ARRAY[a.account_id], '2026-11-08', 1, 1, $2
         FROM accounts a
        WHERE a.case_id = ANY ($1::uuid[])`,
      [cases.slice(0, unmapped), bench.clock.nowIso()],
    );
    before = await steps();
  }, 400_000);
  afterAll(() => bench.close(), 60_000);

  it('the dry run counts who goes and who needs a mapping, with the reason, and changes nothing', async () => {
    dry = await dryRun(bench.database, bench.ledger, asked);
    expect(dry).toMatchObject({ total: open, move: open - unmapped, stay: 0, needsMapping: unmapped });
    expect(dry.reasons).toMatchObject([{ steps: ['courtesy-call'], cases: unmapped }]);
    expect(dry.reasons[0]?.en).toContain('courtesy-call');
    expect(dry.policy).toContainEqual({ path: 'steps/dunning-letter', kind: 'added' });
    expect(dry.differences).toEqual({
      planned: open - unmapped,
      changed: open - unmapped,
      steps: [{ step: 'dunning-letter', from: 0, to: open - unmapped }],
    });
    expect(await versions()).toEqual({ 1: open });
    const staged = await dryRun(bench.database, bench.ledger, { ...asked, filter: { atMost: 100 } });
    expect(staged).toMatchObject({ total: open, move: 100, stay: open - 100 - staged.needsMapping });
  }, 120_000);

  it('waits for another person than the one who asks', async () => {
    move = await bench.database.transaction((tx) => requestMove(tx, bench.ledger, asked));
    expect(move).toMatchObject({ status: 'waiting', total: open });
    expect(await runNextMove({ database: bench.database, ledger: bench.ledger, log })).toBe(false);
    const approve = (sub: string) =>
      bench.database.transaction((tx) => approveMove(tx, bench.ledger, move.move_id, person(sub)));
    await expect(approve('author')).rejects.toMatchObject({ code: 'conflict' });
    expect(await approve('approver')).toMatchObject({ status: 'running', approved_by: 'approver' });
  }, 60_000);

  it('killed in the middle it leaves every case in exactly one version', async () => {
    // Between approval and its turn a case may end.
    await bench.database.execute(
      `UPDATE cases SET status = 'closed', stage = 'closed' WHERE case_id = ANY ($1::uuid[])`,
      [cases.slice(-recalled)],
    );
    await bench.database.execute(`UPDATE accounts SET status = 'closed' WHERE case_id = ANY ($1::uuid[])`, [
      cases.slice(-recalled),
    ]);
    let turns = 0;
    const dying: Database = {
      ...bench.database,
      transaction: (work, options) =>
        bench.database.transaction(async (tx) => {
          const result = await work(tx);
          // Everything of this case is written and nothing is committed: the process ends here, and does no more.
          if ((turns += 1) > killedAfter) throw new Error('killed');
          return result;
        }, options),
    };
    await expect(runNextMove({ database: dying, ledger: bench.ledger, log })).rejects.toThrow('killed');
    expect(await versions()).toEqual({ 1: open - recalled - killedAfter, 2: killedAfter });
    expect(await moveStore.counts(bench.database, move.move_id)).toMatchObject({ moved: killedAfter });
    expect(await told()).toMatchObject({ journal: killedAfter, events: killedAfter, cases: killedAfter });
  }, 120_000);

  it('goes on behind the last one, by two processes at once, and moves none twice', async () => {
    const run = () => runNextMove({ database: bench.database, ledger: bench.ledger, log });
    await Promise.all([run(), run()]);
    const moved = open - unmapped - recalled;
    expect(await moveStore.counts(bench.database, move.move_id)).toEqual({
      waiting: 0,
      moved,
      skipped: unmapped + recalled,
    });
    expect(await versions()).toEqual({ 1: unmapped, 2: moved });
    expect(await told()).toEqual({ journal: moved, events: moved, cases: moved, signals: moved });
    expect(await moveStore.find(bench.database, move.move_id)).toMatchObject({ status: 'done' });
    const why = await bench.database.query(
      `SELECT detail, count(*)::int AS n FROM policy_move_items WHERE detail IS NOT NULL GROUP BY detail ORDER BY n`,
    );
    expect(why).toEqual([
      { detail: 'case-closed', n: recalled },
      { detail: 'needs-mapping: courtesy-call', n: unmapped },
    ]);
  }, 120_000);

  it('what happens is what the dry run said: no step again, no count reset', async () => {
    expect(await steps()).toEqual(before);
    const alive = cases.slice(0, -recalled);
    const results = await eachCase(alive, (id) => bench.decide(id, 3));
    const byStep = new Map<string, number>();
    for (const one of results.flatMap(messages)) byStep.set(one.step, (byStep.get(one.step) ?? 0) + 1);
    // The day of the e-mail has passed: that it was left out is kept, as for every step whose time is over.
    // Of the frozen ones ten have ended since; those that were kept back go on under version 1, where nothing is due.
    const [letter] = dry.differences.steps;
    expect([...byStep]).toEqual([['dunning-letter', (letter?.to ?? 0) - recalled]]);
    const after = await steps();
    expect(after.filter((one) => one.occurrence > 1)).toEqual([]);
    const known = new Set(before.map((one) => `${one.case_id}/${one.step}/${one.occurrence}`));
    const added = after.filter((one) => !known.has(`${one.case_id}/${one.step}/${one.occurrence}`));
    expect(new Set(added.map((one) => `${one.step} ${one.outcome ?? 'open'}`))).toEqual(
      new Set(['dunning-letter open', 'reminder-email lapsed']),
    );
  }, 200_000);

  it('is undone: the same cases go back, nothing that was done is forgotten', async () => {
    const undo = await bench.database.transaction((tx) =>
      undoMove(tx, bench.ledger, move.move_id, { reason: 'too early', actor: person('author') }),
    );
    expect(undo).toMatchObject({ from_version: 2, to_version: 1, status: 'waiting', undo_of: move.move_id });
    const again = bench.database.transaction((tx) =>
      undoMove(tx, bench.ledger, move.move_id, { reason: 'too early', actor: person('author') }),
    );
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    await bench.database.transaction((tx) => approveMove(tx, bench.ledger, undo.move_id, person('approver')));
    await runNextMove({ database: bench.database, ledger: bench.ledger, log });
    expect(await versions()).toEqual({ 1: open - recalled });
    expect(await told()).toMatchObject({ journal: 2 * (open - unmapped - recalled) });
  }, 120_000);
});
