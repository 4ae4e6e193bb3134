import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import type { QueueMessage } from '@arrears/contracts/activities';
import { clearLedger, day1, openBench, openCase, overdueLoan, wakesOf, type Bench } from '../testing.js';

const minutes = 60_000;
const days = 24 * 60 * minutes;
const policyId = 'cn-unsecured-consumer';
const reachable = overdueLoan({
  contactPoints: [
    { kind: 'mobile', value: '+8613800000001', source: 'application' },
    { kind: 'email', value: 'sample@example.com', source: 'application' },
    {
      kind: 'address',
      value: { country: 'CN', region: '北京', city: '北京', line: '样本街1号', postcode: '100010' },
      source: 'application',
    },
  ],
});

describe('letters, e-mails and persons on a real database', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench('cases_letters');
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(day1)) });
  });
  afterAll(() => bench.close(), 60_000);

  const sent = (result: Awaited<ReturnType<Bench['decide']>>): QueueMessage[] =>
    result.perform.flatMap((step) => (step.do === 'queue-message' ? [step.message] : []));
  const factOf = (message: QueueMessage) => {
    const { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId } = message;
    const ids = { messageId: '018f4a5e-0000-7000-8000-000000000001', permitId: '018f4a5e-0000-7000-8000-000000000002' };
    const common = { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId };
    return { ...ids, ...common, templateVersion: 1, fileHash: 'f'.repeat(64), at: bench.clock.nowIso() };
  };
  /** The sample case under version 2, on the day of its dunning letter. */
  const onLetterDay = async () => {
    const id = await openCase(bench, reachable);
    await bench.database.execute('UPDATE accounts SET policy_version = 2 WHERE policy_id = $1', [policyId]);
    bench.clock.advance(15 * days);
    const [final] = sent(await bench.decide(id, 1));
    expect(final?.step).toBe('final-reminder');
    await bench.take('arrears.notifications.message-sent.v1', factOf(final as QueueMessage));
    bench.clock.advance(days);
    const [letter, ...more] = sent(await bench.decide(id, 2));
    expect(more).toEqual([]);
    return { id, letter: letter as QueueMessage };
  };
  const posted = async () => {
    const { id, letter } = await onLetterDay();
    bench.clock.advance(4 * 60 * minutes);
    await bench.take('arrears.notifications.message-sent.v1', factOf(letter));
    return { id, letter };
  };
  const proofs = () => bench.database.query('SELECT kind, compliant, file_hash FROM proofs ORDER BY kind');
  const wakes = async () => (await wakesOf(bench)).filter((one) => one.startsWith('update')).length;

  it('asks for a registered letter that counts as delivered three days after posting', async () => {
    const { letter } = await onLetterDay();
    expect(letter).toMatchObject({
      step: 'dunning-letter',
      channel: 'letter',
      templateId: 'dunning-letter',
      delivery: 'registered',
      deemedAfterDays: 3,
      termDays: 10,
      purpose: 'collect',
    });
  });

  it('asks for an e-mail at the e-mail address alone', async () => {
    const id = await openCase(bench, reachable);
    await bench.database.execute('UPDATE accounts SET policy_version = 2');
    bench.clock.advance(9 * days);
    const [third] = sent(await bench.decide(id, 1));
    await bench.take('arrears.notifications.message-sent.v1', factOf(third as QueueMessage));
    bench.clock.advance(days);
    const [email] = sent(await bench.decide(id, 2));
    expect(email).toMatchObject({ step: 'reminder-email', channel: 'email' });
    expect(email?.contactPointIds).toHaveLength(1);
  });

  it('is woken when the letter is delivered, and demands again when its term from that day is over', async () => {
    const { id, letter } = await posted();
    const before = await wakes();
    bench.clock.advance(2 * days);
    // Signed for on the 26th of November, told a day later; ten days end on a Sunday, so the term ends on Monday the 7th.
    const deliveredAt = '2026-11-26T03:00:00.000Z';
    const fact = { ...factOf(letter), deliveredAt, late: false, signer: 'self' as const };
    await bench.take('arrears.notifications.message-delivered.v1', fact);
    expect(await wakes()).toBe(before + 1);
    const waiting = await bench.decide(id, 3);
    expect(sent(waiting)).toEqual([]);
    bench.clock.advance(Date.parse('2026-12-07T02:00:00.000Z') - bench.clock.now());
    expect(sent(await bench.decide(id, 4)).map((one) => one.step)).toEqual([]);
    bench.clock.advance(days);
    expect(sent(await bench.decide(id, 5)).map((one) => one.step)).toEqual(['final-demand-letter']);
    expect(await proofs()).toEqual([
      { kind: 'compliant-demand', compliant: true, file_hash: 'f'.repeat(64) },
      { kind: 'delivered-letter', compliant: true, file_hash: 'f'.repeat(64) },
    ]);
  });

  it('comes back: the case is woken, a person looks for the address, nothing is proven any more', async () => {
    const { id, letter } = await posted();
    const sentAt = bench.clock.nowIso();
    bench.clock.advance(3 * days);
    const deemed = { ...factOf(letter), sentAt, deemedAt: bench.clock.nowIso() };
    await bench.take('arrears.notifications.message-deemed-delivered.v1', deemed);
    const before = await wakes();
    const returned = { ...factOf(letter), because: 'unknown-address' as const, returnedAt: bench.clock.nowIso() };
    await bench.take('arrears.notifications.message-returned.v1', returned);
    expect(await wakes()).toBe(before + 1);
    const { perform } = await bench.decide(id, 3);
    expect(perform).toMatchObject([{ do: 'open-review', review: { step: 'review-address' } }]);
    expect(await proofs()).toMatchObject([{ compliant: false }, { compliant: false }]);
  });

  it('is not woken by a delivered SMS, for which nobody waits', async () => {
    const id = await openCase(bench, reachable);
    bench.clock.advance(11 * minutes);
    const [message] = sent(await bench.decide(id, 1));
    const fact = { ...factOf(message as QueueMessage), deliveredAt: bench.clock.nowIso(), late: false };
    await bench.take('arrears.notifications.message-delivered.v1', fact);
    expect(await wakes()).toBe(0);
  });

  it('a letter that waits is called back when the debtor is said to be dead; restored, it goes on', async () => {
    const { id, letter } = await onLetterDay();
    const { debtorId } = letter;
    const status = (from: 'normal' | 'claimed-dead', to: 'normal' | 'claimed-dead') =>
      bench.take('arrears.contacts.person-status-changed.v1', {
        personId: debtorId,
        debtorId,
        from,
        to,
        neverContact: false,
        at: bench.clock.nowIso(),
      });
    await status('normal', 'claimed-dead');
    const { perform } = await bench.decide(id, 3);
    expect(perform).toMatchObject([{ do: 'cancel-message', effectKey: letter.effectKey }]);
    expect(sent(await bench.decide(id, 4, [{ effectKey: letter.effectKey, answer: 'cancelled' }]))).toEqual([]);
    bench.clock.advance(days);
    await status('claimed-dead', 'normal');
    const again = sent(await bench.decide(id, 5));
    expect(again.map((one) => one.effectKey)).toEqual([`${id}/dunning-letter/2`]);
  });

  it('an older status never takes the place of a newer one, and a refusal for ever stays', async () => {
    const { letter } = await onLetterDay();
    const { debtorId } = letter;
    const common = { personId: debtorId, debtorId, from: 'normal' as const, neverContact: false };
    await bench.take('arrears.contacts.person-status-changed.v1', {
      ...common,
      to: 'dead',
      at: '2026-11-20T00:00:00.000Z',
    });
    await bench.take('arrears.contacts.person-status-changed.v1', {
      ...common,
      to: 'claimed-dead',
      at: '2026-11-19T00:00:00.000Z',
    });
    await bench.take('arrears.contacts.third-party-refused.v1', {
      personId: debtorId,
      debtorId,
      at: bench.clock.nowIso(),
    });
    expect(await bench.database.query('SELECT status, never_contact FROM person_standing')).toEqual([
      { status: 'dead', never_contact: true },
    ]);
  });

  it('knows that the debtor was reached', async () => {
    const { id, letter } = await onLetterDay();
    const { agreementId, debtorId, personId } = letter;
    const contact = { contactId: '018f4a5e-0000-7000-8000-000000000003', caseId: id, agreementId, debtorId, personId };
    const at = bench.clock.nowIso();
    const before = await wakes();
    const how = { direction: 'inbound', channel: 'call', purpose: 'collect', actor: 'collector-1', at } as const;
    await bench.take('arrears.contacts.contact-recorded.v1', { ...contact, ...how, outcome: 'conversation' });
    await bench.take('arrears.contacts.contact-recorded.v1', { ...contact, ...how, outcome: 'effective-call' });
    expect(await wakes()).toBe(before + 1);
    expect(await bench.database.query('SELECT kind FROM contact_story ORDER BY story_no')).toEqual([
      { kind: 'message-sent' },
      { kind: 'contact-recorded' },
      { kind: 'contact-recorded' },
    ]);
  });
});
