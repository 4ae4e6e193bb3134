import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@arrears/persistence';
import { startProcess } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

const cli = fileURLToPath(new URL('../../deploy/cli/dist/main.js', import.meta.url));

describe('TAMPER: one byte of a journal entry is changed in the database', () => {
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

  async function verify(caseId: string): Promise<{ code: number; said: string }> {
    const { arrears } = world;
    const env = { TZ: 'UTC', ARREARS_CASES_URL: arrears.urls.cases, ARREARS_TOKEN: await arrears.token('auditor') };
    const program = startProcess(cli, env, { args: ['journal', 'verify', '--case', caseId] });
    return { code: await program.exited, said: program.output() };
  }

  /** Whoever owns the database can take its own guard away: the first letter of what the entry says becomes another. */
  async function changeAByte(caseId: string, seq: number): Promise<number> {
    const database = await openDatabase({ url: world.arrears.databases.services.cases, name: 'tamperer' });
    try {
      return await database.transaction(async (tx) => {
        await tx.execute('ALTER TABLE journal DISABLE TRIGGER journal_append_only');
        const changed = await tx.execute(
          `UPDATE journal
              SET data = overlay(data::text PLACING '#' FROM strpos(data::text, '"') + 1 FOR 1)::jsonb
            WHERE case_id = $1 AND seq = $2`,
          [caseId, seq],
        );
        await tx.execute('ALTER TABLE journal ENABLE TRIGGER journal_append_only');
        return changed;
      });
    } finally {
      await database.close();
    }
  }
});
