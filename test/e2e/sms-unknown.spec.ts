import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

/** The sender waits five seconds for an answer, and asks a second later. */
const askedWithinMs = 60_000;

describe('SMS-UNKNOWN: the provider takes a message and its answer never comes', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('sms-unknown');
  });
  afterAll(() => world.close());

  it('asks the provider what became of it and does not send again', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    // Without a receipt the provider's word on request is all there is.
    await behave({ match: debtor.phone, answer: 'accept-then-timeout', receipt: 'never' });
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), caseId);

    const [message] = await world.receives(debtor, 1);
    const messageId = message?.clientReference ?? '';
    const known = await until(
      async () => {
        const url = `${world.arrears.urls.notifications}/messages/${messageId}`;
        const { body } = await world.arrears.call('supervisor', 'GET', url);
        return (body as { state: string }).state === 'delivered' && body;
      },
      askedWithinMs,
      'the message to be known as delivered',
    );
    expect(known).toMatchObject({ messageId, step: 'reminder-1', state: 'delivered' });
    await until(
      async () => (await world.timeline(caseId)).some(({ outcome }) => outcome === 'delivered'),
      askedWithinMs,
      'the delivery to reach the case',
    );
    expect(await world.messages(debtor)).toMatchObject([{ submissions: 1, deliveries: 1 }]);
  });

  async function behave(rule: Record<string, string>): Promise<void> {
    const body = JSON.stringify({ channel: 'sms', ...rule });
    const answer = await fetch(`${world.arrears.urls.carriers}/behaviour`, { method: 'PUT', body });
    expect(answer.status).toBe(200);
  }
});
