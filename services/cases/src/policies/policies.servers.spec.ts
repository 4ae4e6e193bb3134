import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger as log } from '@arrears/observability';
import type { BuiltApp } from '@arrears/service';
import request from 'supertest';
import { runNextMove } from '../moves/run-moves.js';
import { openBench, openCase, type Bench } from '../testing.js';
import { as, command, openHttp } from '../testing-http.js';

const shipped = createRequire(import.meta.url).resolve('@arrears/treatment/policies/cn-unsecured-consumer.v2.yaml');
const policyId = 'cn-unsecured-consumer';

describe('policies over HTTP', () => {
  let bench: Bench;
  let built: BuiltApp;
  let text: string;
  beforeAll(async () => {
    bench = await openBench('cases_policies');
    built = await openHttp(bench);
    text = await readFile(shipped, 'utf8');
  }, 60_000);
  afterAll(async () => {
    await built.app.close();
    await bench.close();
  }, 60_000);
  const http = () => request(built.http);
  const bodyOf = (answer: { body: unknown }): unknown => answer.body;
  /** Version 3: in force from the first day of the next year, and gentler. */
  const third = (change: [string | RegExp, string][] = []) =>
    [
      ['version: 2\n', 'version: 3\n'],
      ["effectiveFrom: '2026-12-01'", "effectiveFrom: '2027-01-01'"],
      ...change,
    ].reduce((yaml, [from, to]) => yaml.replace(from, to), text);
  const publish = (yaml: string, token = 'policyAuthor') =>
    http().post('/policies').set(command(token)).send({ yaml, file: 'third.yaml' });
  const approve = (token: string, version = 3) =>
    http().post(`/policies/${policyId}/versions/${version}/approve`).set(command(token)).send();
  const versions = async () => {
    const body = bodyOf(await http().get('/policies').set(as('collector')).expect(200));
    const { items } = body as { items: { id: string; version: number; waiting: boolean }[] };
    return items.filter((one) => one.id === policyId).map((one) => `${one.version}${one.waiting ? ' waiting' : ''}`);
  };

  describe('publishing', () => {
    it.each([
      ['a step of a kind that nobody performs', [['kind: email', 'kind: visit']], 'INCOMPLETE-STEP'],
      [
        'an unknown template',
        [['id: dunning-letter\n      delivery', 'id: love-letter\n      delivery']],
        'UNKNOWN-TEMPLATE',
      ],
      ['an example that does not hold', [['effects: [{ step: reminder-email }]', 'effects: []']], 'EXAMPLE'],
      ['its author as approver', [['approvedBy: house', 'approvedBy: arrears']], 'FOUR-EYES'],
      [
        'a day on which another version begins',
        [["effectiveFrom: '2027-01-01'", "effectiveFrom: '2026-12-01'"]],
        'EFFECTIVE-OVERLAP',
      ],
      ['a field nobody knows', [['priority: 0', 'priority: 0\n  colour: red']], 'colour'],
    ] as const)('is refused with file and line: %s', async (_, change, said) => {
      const body = bodyOf(await publish(third(change as unknown as [string, string][])).expect(422));
      const { errors } = body as { errors: { path: string; message: string }[] };
      expect(errors[0]?.path).toMatch(/^third\.yaml:\d+:\d+$/);
      expect(errors.map((one) => one.message).join()).toContain(said);
    });

    it('waits for a second person; nobody is treated under it before', async () => {
      const body = bodyOf(await publish(third()).expect(202));
      expect(body).toMatchObject({ id: policyId, version: 3, waiting: true, proposedBy: 'sub-policyAuthor' });
      expect(await versions()).toEqual(['1', '2', '3 waiting']);
      expect(bench.ledger.policies.get({ policyId, version: 3 })).toBeNull();
    });

    it('with the same content again changes nothing, with another it is a conflict', async () => {
      await publish(third()).expect(202);
      await publish(third([['title: Unsecured', 'title: Other unsecured']])).expect(409);
    });

    it('is approved by somebody else, once', async () => {
      await publish(third(), 'headOffice..both').expect(202);
      await approve('collector').expect(403);
      await approve('headOffice..policyAuthor').expect(409);
      await approve('manager').expect(200);
      await approve('compliance').expect(409);
      await approve('manager', 9).expect(404);
      expect(await versions()).toEqual(['1', '2', '3']);
      const body = bodyOf(await http().get(`/policies/${policyId}/versions/3`).set(as('auditor')).expect(200));
      expect(body).toMatchObject({ proposedBy: 'sub-policyAuthor', approvedBy: 'sub-manager' });
    });

    it('takes new accounts from its first day on, not before', async () => {
      const select = (on: string) =>
        bench.ledger.policies.select({ agreementId: 'AGR-1', product: 'consumer-loan', on, facts: {} }).version;
      expect(['2026-11-30', '2026-12-01', '2026-12-31', '2027-01-01'].map(select)).toEqual([1, 2, 2, 3]);
    });
  });

  describe('moving live cases', () => {
    let id: string;
    beforeAll(async () => {
      id = await openCase(bench);
    });
    const move = (body: object, token = 'policyAuthor') =>
      http()
        .post(`/policies/${policyId}/versions/3/moves`)
        .set(command(token))
        .send({ from: 1, reason: 'gentler', ...body });

    it('is seen beforehand', async () => {
      const body = bodyOf(await move({ dryRun: true }).expect(200));
      expect(body).toMatchObject({ total: 1, move: 1, stay: 0, needsMapping: 0, dryRun: true });
      const none = await move({ dryRun: true, filter: { stage: 'letter' } }).expect(200);
      expect(none.body).toMatchObject({ total: 1, move: 0, stay: 1 });
      const other = await move({ dryRun: true }, 'policyAuthor.AGR-2').expect(200);
      expect(other.body).toMatchObject({ total: 0, move: 0 });
    });

    it('is seen beforehand also for what is only a file yet', async () => {
      const yaml = third([
        ['version: 3', 'version: 4'],
        ["effectiveFrom: '2027-01-01'", "effectiveFrom: '2027-02-01'"],
        ['- id: reminder-1\n', '- id: first-word\n'],
        ['{ on: after, step: reminder-1,', '{ on: after, step: first-word,'],
        [/step: reminder-1([ ,}])/g, 'step: first-word$1'],
      ]);
      const ask = (body: object) =>
        http()
          .post('/policies/dry-runs')
          .set(command('manager'))
          .send({ from: 1, ...body });
      bench.clock.advance(11 * 60_000);
      const body = bodyOf(await ask({ yaml }).expect(200));
      expect(body).toMatchObject({ to: 4, total: 1, move: 1, needsMapping: 0 });
      const { policy, differences } = body as { policy: object[]; differences: object };
      expect(policy).toContainEqual({ path: 'steps/first-word', kind: 'added' });
      expect(differences).toMatchObject({
        planned: 1,
        changed: 1,
        steps: [
          { step: 'first-word', from: 0, to: 1 },
          { step: 'reminder-1', from: 1, to: 0 },
        ],
      });
      expect(await versions()).toEqual(['1', '2', '3']);
      await ask({ yaml: yaml.replace('kind: email', 'kind: visit') }).expect(422);
      await ask({ yaml, from: 9 }).expect(404);
    });

    it.each([
      [{ from: 3 }, 409],
      [{ from: 9 }, 404],
      [{ filter: { colour: 'red' } }, 422],
      [{ rate: 0 }, 422],
      [{ reason: ' ' }, 422],
      [{ filter: { stage: 'letter' } }, 409],
    ])('is refused: %j → %i', async (body, status) => {
      await move(body).expect(status);
    });

    it('is for few', async () => {
      await move({}, 'supervisor').expect(403);
      await http().get('/policy-moves').set(as('collector')).expect(403);
    });

    it('few cases go at once; each is told by item, event and journal; the way back is the same', async () => {
      const body = bodyOf(await move({}).expect(202));
      const { moveId } = body as { moveId: string };
      expect(body).toMatchObject({ status: 'running', total: 1, from: 1, to: 3 });
      const again = (await http().get('/policy-moves').set(as('auditor')).expect(200)).body as { items: object[] };
      expect(again.items).toMatchObject([{ moveId }]);
      await runNextMove({ database: bench.database, ledger: bench.ledger, log });
      const done = await http().get(`/policy-moves/${moveId}`).set(as('auditor')).expect(200);
      expect(done.body).toMatchObject({ status: 'done', items: { waiting: 0, moved: 1, skipped: 0 } });
      const items = await http().get(`/policy-moves/${moveId}/items`).set(as('auditor')).expect(200);
      expect(items.body).toMatchObject({ items: [{ caseId: id, status: 'moved' }], nextCursor: null });
      const seen = await http().get(`/cases/${id}`).set(as('collector')).expect(200);
      expect(seen.body).toMatchObject({ accounts: [{ policy: { id: policyId, version: 3 } }] });
      const journal = await http().get(`/cases/${id}/journal`).set(as('auditor')).expect(200);
      expect((journal.body as { items: object[] }).items.at(-1)).toMatchObject({
        kind: 'policy-moved',
        actor: 'sub-policyAuthor',
        data: { from: 1, to: 3, moveId },
      });
      const undo = () =>
        http().post(`/policy-moves/${moveId}/undo`).set(command('manager')).send({ reason: 'complaints' });
      const undone = (await undo().expect(202)).body as { moveId: string };
      expect(undone).toMatchObject({ from: 3, to: 1, undoOf: moveId, status: 'running' });
      await undo().expect(409);
      await runNextMove({ database: bench.database, ledger: bench.ledger, log });
      const back = await http().get(`/cases/${id}`).set(as('collector')).expect(200);
      expect(back.body).toMatchObject({ accounts: [{ policy: { version: 1 } }] });
    });

    it('can be stopped before and while it runs', async () => {
      const body = bodyOf(await move({}).expect(202));
      const { moveId } = body as { moveId: string };
      await http().post(`/policy-moves/${moveId}/cancel`).set(command('compliance')).send().expect(202);
      expect(await runNextMove({ database: bench.database, ledger: bench.ledger, log })).toBe(false);
      await http().post(`/policy-moves/${moveId}/approve`).set(command('compliance')).send().expect(409);
      await http().post(`/policy-moves/${moveId}/undo`).set(command('manager')).send({ reason: 'none' }).expect(409);
    });

    it('an account that joins takes the version of its case', async () => {
      const body = bodyOf(await move({}).expect(202));
      expect(body).toMatchObject({ status: 'running' });
      await runNextMove({ database: bench.database, ledger: bench.ledger, log });
      await openCase(bench, { loanId: 'L-2' });
      const rows = await bench.database.query('SELECT DISTINCT policy_version AS version FROM accounts');
      expect(rows).toEqual([{ version: 3 }]);
    });
  });
});
