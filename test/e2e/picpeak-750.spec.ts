import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

const cli = fileURLToPath(new URL('../../deploy/cli/dist/main.js', import.meta.url));
const policyId = 'cn-unsecured-consumer';

/** The full number of cases is moved in the service's own test; here one goes with its workflow running. */
describe('PICPEAK-750: a live case moves to another version of its policy', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('picpeak-750');
  });
  afterAll(() => world.close());

  it('is seen beforehand, happens as it was seen, repeats nothing, and its workflow goes on under it', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId, accounts } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '10:30'), caseId);
    await world.receives(debtor, 1);
    await world.quiet(caseId);
    const from = accounts[0]?.policy.version ?? 0;
    const to = from === 1 ? 2 : 1;
    const move = ['policy', 'move', policyId, `${to}`, '--from', `${from}`, '--reason', 'the scenario', '--agreement'];
    const dry = await arrears('policyAuthor', [...move, world.agreementId, '--dry-run']);
    expect(dry).toMatchObject({ code: 0, said: expect.stringMatching(/ 1 move, \d+ stay, 0 need a mapping/) });
    expect(await arrears('supervisor', [...move, world.agreementId])).toMatchObject({ code: 1 });
    const asked = await arrears('policyAuthor', [...move, world.agreementId]);
    expect(asked).toMatchObject({ code: 0, said: expect.stringContaining('1 cases, running') });
    await world.theCase(loanId, 'to be moved', (view) => view.accounts[0]?.policy.version === to);
    const moved = (await world.timeline(caseId)).filter(({ kind }) => kind === 'policy-moved');
    expect(moved).toHaveLength(1);
    await world.jump(world.at(4, '10:30'), caseId);
    const texts = (await world.receives(debtor, 2)).map(({ text }) => text);
    expect(new Set(texts).size).toBe(2);
    await world.quiet(caseId);
    const ended = (await world.timeline(caseId)).filter(
      ({ kind, outcome }) => kind === 'step-ended' && outcome !== 'lapsed',
    );
    expect(ended.map(({ step }) => step).sort()).toEqual(['reminder-1', 'reminder-2']);
  });

  async function arrears(who: string, args: string[]): Promise<{ code: number; said: string }> {
    const { urls, token } = world.arrears;
    const env = { TZ: 'UTC', ARREARS_CASES_URL: urls.cases, ARREARS_TOKEN: await token(who) };
    const program = startProcess(cli, env, { args });
    return { code: await program.exited, said: program.output() };
  }
});
