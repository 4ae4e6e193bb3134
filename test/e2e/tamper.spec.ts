import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@arrears/persistence';
import { startProcess } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

const cli = fileURLToPath(new URL('../../deploy/cli/dist/main.js', import.meta.url));

describe('TAMPER: a journal entry is changed or removed in the database', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('tamper');
  });
  afterAll(() => world.close());

  it('is found by the verifier, which names the entry', async () => {
    const loanId = world.loanId();
    await world.bank.send(world.overdue(world.debtor(), { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), caseId);
    expect(await verify(caseId)).toMatchObject({ code: 0, said: expect.stringContaining('the chain is whole') });

    expect(await changeAByte(caseId, 1)).toBe(1);
    expect(await verify(caseId)).toMatchObject({
      code: 1,
      said: expect.stringContaining('broken at entry 1: altered'),
    });
  });

  it('is found too when it was the last entry that was cut off', async () => {
    const loanId = world.loanId();
    await world.bank.send(world.overdue(world.debtor(), { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.bank.send(world.pays(0, { loanId, amount: '1000', sequence: 2 }));
    await world.theCase(loanId, 'to hear of the payment', ({ caseSeq }) => caseSeq === 2);
    const { code, said } = await verify(caseId);
    const last = Number(/(\d+) entries/.exec(said)?.[1]);
    expect([code, last >= 2]).toEqual([0, true]);

    expect(await tamper(`DELETE FROM journal WHERE case_id = $1 AND seq = $2`, [caseId, last])).toBe(1);
    expect(await verify(caseId)).toMatchObject({
      code: 1,
      said: expect.stringContaining(`broken at entry ${last}: missing`),
    });
  });

  it('is found in the bundle that speaks for itself, as is an end that was cut off', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '10:30'), caseId);
    await world.receives(debtor, 1);
    await world.quiet(caseId);
    const folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
    const file = path.join(folder, 'case.json');
    try {
      const exported = await arrears(['journal', 'export', '--case', caseId, '--out', file]);
      expect(exported.said).toMatch(/cases \d+, contacts \d+, notifications \d+ entries, [1-9]\d* anchors\./);
      expect(await arrears(['journal', 'verify', file])).toMatchObject({
        code: 0,
        said: expect.stringMatching(/contacts: \d+ entries, the chain is whole/),
      });
      const bundle = JSON.parse(await readFile(file, 'utf8')) as Bundle;
      const messages = bundle.chains.find(({ service }) => service === 'notifications') as Bundle['chains'][number];
      const whole = structuredClone(messages);
      Object.assign(messages.entries[0] as object, { actor: 'somebody' });
      expect(await verifyChanged(file, bundle)).toMatchObject({
        code: 1,
        said: expect.stringContaining('notifications: the chain is broken at entry 1: altered'),
      });
      // Without the last entry that `cases` has heard of, and with a head that fits: the anchor knows better.
      const heard = bundle.anchors.find(({ service }) => service === 'notifications')?.seq ?? 0;
      messages.entries = whole.entries.slice(0, heard - 1);
      messages.head = messages.entries.at(-1) ?? null;
      expect(await verifyChanged(file, bundle)).toMatchObject({
        code: 1,
        said: expect.stringContaining(`notifications: the chain was cut off, entry ${heard} and what follows`),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  interface Bundle {
    chains: { service: string; entries: { seq: number; hash: string }[]; head: object | null }[];
    anchors: { service: string; seq: number }[];
  }
  async function verifyChanged(file: string, bundle: Bundle): Promise<{ code: number; said: string }> {
    await writeFile(file, JSON.stringify(bundle));
    return arrears(['journal', 'verify', file]);
  }

  /** The command line, as somebody who may read journals. */
  async function arrears(args: string[]): Promise<{ code: number; said: string }> {
    const { urls, token } = world.arrears;
    const { cases, contacts, notifications } = urls;
    const env = {
      TZ: 'UTC',
      ARREARS_CASES_URL: cases,
      ARREARS_CONTACTS_URL: contacts,
      ARREARS_NOTIFICATIONS_URL: notifications,
      ARREARS_TOKEN: await token('auditor'),
    };
    const program = startProcess(cli, env, { args });
    return { code: await program.exited, said: program.output() };
  }

  const verify = (caseId: string) => arrears(['journal', 'verify', '--case', caseId]);

  /** The first letter of what the entry says becomes another. */
  const changeAByte = (caseId: string, seq: number): Promise<number> =>
    tamper(
      `UPDATE journal
          SET data = overlay(data::text PLACING '#' FROM strpos(data::text, '"') + 1 FOR 1)::jsonb
        WHERE case_id = $1 AND seq = $2`,
      [caseId, seq],
    );

  /** Whoever owns the database can take its own guard away. @returns the rows that the statement touched */
  async function tamper(statement: string, params: unknown[]): Promise<number> {
    const database = await openDatabase({ url: world.arrears.databases.services.cases, name: 'tamperer' });
    try {
      return await database.transaction(async (tx) => {
        await tx.execute('ALTER TABLE journal DISABLE TRIGGER journal_append_only');
        const touched = await tx.execute(statement, params);
        await tx.execute('ALTER TABLE journal ENABLE TRIGGER journal_append_only');
        return touched;
      });
    } finally {
      await database.close();
    }
  }
});
