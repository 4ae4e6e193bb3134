import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { soonMs, openWorld, type World } from './support/world.js';

describe('LATE-SMS: sent in the evening to a phone that is off until eleven', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('late-sms');
  });
  afterAll(async () => {
    await fetch(`${world.arrears.urls.carriers}/behaviour`, { method: 'DELETE' });
    await world.close();
  });

  it('is valid until ten at most, so that the phone never shows it at night', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const rule = {
      channel: 'sms',
      match: debtor.phone,
      answer: 'accept',
      receipt: 'once',
      phoneOnAt: world.at(0, '23:00'),
    };
    const put = await fetch(`${world.arrears.urls.carriers}/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    });
    expect(put.status).toBe(200);
    await world.jump(world.at(0, '20:40'));
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '20:55'), caseId);
    const [message] = await until(
      async () => {
        const found = await world.messages(debtor);
        return found.length > 0 ? found : null;
      },
      soonMs,
      'the gateway to take the message',
    );
    expect(message?.validUntil).toBe(world.at(0, '22:00'));

    await world.jump(world.at(0, '23:05'));
    await until(
      async () => (await world.messages(debtor))[0]?.status === 'expired',
      soonMs,
      'the message to expire at the gateway',
    );
    expect((await world.messages(debtor))[0]).toMatchObject({ deliveries: 0 });
    const ended = await until(
      async () =>
        (await world.timeline(caseId)).find(({ kind, step }) => kind === 'step-ended' && step === 'reminder-1'),
      soonMs,
      'the case to hear that the message expired',
    );
    expect(ended.outcome).not.toBe('delivered');
  });
});
