import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

const settledWithinMs = 60_000;

describe('FAILOVER: gateways that take nothing now', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('failover');
  });
  afterAll(() => world.close());

  it('lets the message centre send instead, once, and its receipt over SMPP is taken', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await carriers('PUT', '/behaviour', { channel: 'sms', match: debtor.phone, answer: 'throttle' });
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), caseId);

    const [message] = await world.receives(debtor, 1);
    expect(message).toMatchObject({ provider: 'smpp', submissions: 1, deliveries: 1 });
    const reference = message?.clientReference ?? '';
    const known = await until(
      async () => {
        const url = `${world.arrears.urls.notifications}/messages/${reference}`;
        const { body } = await world.arrears.call('supervisor', 'GET', url);
        return (body as { state: string }).state === 'delivered' && body;
      },
      settledWithinMs,
      'the message to be known as delivered',
    );
    expect(known).toMatchObject({ provider: 'smpp', state: 'delivered' });
    expect(await world.messages(debtor)).toHaveLength(1);
  });

  it.each(['sms', 'smpp'])('takes what a stranger writes over %s', async (channel) => {
    const answer = await carriers('POST', '/inbound', { channel, from: '+12125550199', text: '这是谁？' });
    expect(answer).toBe(202);
  });

  async function carriers(method: string, path: string, body: Record<string, string>): Promise<number> {
    return (await fetch(`${world.arrears.urls.carriers}${path}`, { method, body: JSON.stringify(body) })).status;
  }
});
