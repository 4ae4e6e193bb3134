import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('DUP-EVENT: the same overdue loan told again and again', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('dup-event');
  });
  afterAll(() => world.close());

  it.each<[string, (world: World, loan: ReturnType<World['overdue']>) => Promise<void>]>([
    [
      'ten times, one after another',
      async ({ bank }, loan) => {
        for (let n = 0; n < 10; n += 1) await bank.send(loan);
      },
    ],
    [
      'in ten copies at once',
      async ({ bank }, loan) => {
        await Promise.all(Array.from({ length: 10 }, () => bank.send(loan)));
      },
    ],
    [
      'ten times with new ids',
      async ({ bank }, loan) => {
        await bank.send(...Array.from({ length: 10 }, (_, n) => ({ ...loan, id: `${loan.id}-${n}` })));
      },
    ],
  ])('%s: one case, one workflow, one account, one message', async (_how, tell) => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const workflowsBefore = await world.workflows();
    await tell(world, world.overdue(debtor, { loanId }));
    // Behind all copies on the same key: when its payment is booked, every copy has been handled.
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 2, balances: after, instalments: due(world) }));
    const { caseId, workflowId, accounts } = await world.theCase(
      loanId,
      'to have heard everything',
      (view) => view.accounts[0]?.balances.interest === '700',
    );
    expect(accounts).toHaveLength(1);
    const opened = (await world.timeline(caseId)).filter(({ kind }) => /^(case-opened|account-joined)$/.test(kind));
    expect(opened).toHaveLength(1);

    await world.jump(later(world), caseId);
    await world.receives(debtor, 1);
    await world.quiet(caseId);
    expect(await world.messages(debtor)).toHaveLength(1);
    const started = (await world.workflows()).filter((id) => !workflowsBefore.includes(id));
    expect(started).toEqual([workflowId]);
  });
});

const after = { principal: '100000', interest: '700', fees: '0' };
const due = (world: World) => [{ number: 1, dueDate: world.day(-1), principal: '100000', interest: '700', fees: '0' }];
/** Past the minutes in which a debtor's accounts are gathered. */
const later = (world: World) => new Date(Date.parse(world.arrears.clock.now()) + 11 * 60_000).toISOString();
