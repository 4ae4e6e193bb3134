import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../support/index.js';
import { gateOf } from './support/gate.js';
import { openWorld, type World } from './support/world.js';

/** What the house counts of messages, a day and a week. */
const counters = ['HOUSE-SMS-DAY', 'HOUSE-SMS-WEEK'];
const cli = fileURLToPath(new URL('../../deploy/cli/dist/main.js', import.meta.url));

/** The full number of cases is moved in the service's own test; here one of each policy goes with its workflow running. */
describe('PICPEAK-750: a live case moves to another version of its policy', () => {
  let world: World;
  let gate: ReturnType<typeof gateOf>;
  /** The day on which the next story begins. */
  let first = 0;
  beforeAll(async () => {
    world = await openWorld('picpeak-750');
    gate = gateOf(world.arrears);
  });
  afterAll(() => world.close());

  it.each([
    { policyId: 'cn-unsecured-consumer', product: 'consumer-loan' },
    { policyId: 'credit-card', product: 'credit-card' },
  ])('of $policyId: seen beforehand, it happens as it was seen and resets no count', async ({ policyId, product }) => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await world.jump(world.at(first, '09:35'));
    await world.bank.send(
      world.overdue(debtor, { loanId, product, dueDate: world.day(first - 1), asOf: world.day(first) }),
    );
    const { caseId, accounts } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(first, '10:30'), caseId);
    await world.receives(debtor, 1);
    await world.quiet(caseId);
    const counted = async () => gate.limits(await world.theCase(loanId, 'to be there'), debtor);
    const before = await counted();
    expect(before.filter(({ used }) => used === 1).map(({ rule }) => rule)).toEqual(expect.arrayContaining(counters));
    expect(accounts[0]?.policy.id).toBe(policyId);
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
    expect(await counted()).toEqual(before);
    await world.jump(world.at(first + 4, '10:30'), caseId);
    first += 10;
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
