import { randomUUID } from 'node:crypto';
import type { PermitRequest } from '@arrears/contracts';
// The gate itself is measured, without HTTP before it.
import { commitOutcome, openWorld, requestPermit, type World } from '@arrears/contacts/testing';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { inFlight, rate } from '../harness/load.js';
import { sideBySide, spread } from '../harness/rounds.js';

const rounds = 9;
const debtors = 400;
const dayMs = 86_400_000;
/** Contacts of others that lie in the same table: an empty one is read in a way that no installation reads it. */
const history = 100_000;

export const permit: Benchmark = {
  name: 'permit',
  title: 'permits a second, each reserved and committed ÷ bare transactions with the same row lock and two inserts',
  needs: ['servers'],
  timeoutMs: 600_000,
  run: async () => {
    const world = await openWorld();
    const bare = await openBare(world);
    try {
      const requests: PermitRequest[] = [];
      for (let n = 0; n < debtors; n += 1) requests.push((await world.overdue()).request());
      await fillHistory(world);
      const measured = await sideBySide(rounds, {
        ours: () => permitted(world, requests),
        baseline: () => bare(requests),
      });
      const note = `${rounds} rounds of ${debtors} SMS to as many debtors, ${inFlight} in flight; ${spread(measured)}`;
      const { ours, baseline } = measured;
      const twice = { ours: 2 * ours, baseline, unit: 'transactions/s', note: 'a permit is two of them' };
      return [
        measurement('permit', { ...measured, unit: 'permits/s', goal: { atLeast: 0.5 }, note }),
        measurement("permit, the gate's transactions", twice),
      ];
    } finally {
      await world.close();
    }
  },
};

async function fillHistory({ db }: World): Promise<void> {
  await db.execute(
    `INSERT INTO counted_contacts (
       contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
     )
     SELECT gen_random_uuid(), 'outbound', now() - n * interval '1 minute', gen_random_uuid(), decode(md5(n::text), 'hex'),
            gen_random_uuid(), ARRAY[gen_random_uuid()], '{}', '{smsSent,smsDelivered,anyContact}', '{}', now()
       FROM generate_series(1, $1) AS n`,
    [history],
  );
  await db.execute('ANALYZE');
}

/** One permit for every debtor, used up as a sender does. Eight days later nobody's limit of a week is touched any more. */
async function permitted(world: World, requests: readonly PermitRequest[]): Promise<number> {
  world.clock.advance(8 * dayMs);
  await world.beat();
  return rate(requests.length, async (index) => {
    const request = another(requests, index);
    const answer = await requestPermit(world.gate, request);
    if (answer.verdict !== 'granted') throw new Error(`expected a permit, got ${JSON.stringify(answer)}`);
    const told = { permitId: answer.permitId, contactId: request.contactId, contentHash: 'h', actor: 'bench' };
    await commitOutcome(world.gate, { ...told, outcome: 'handed-over' });
  });
}

function another(requests: readonly PermitRequest[], index: number): PermitRequest {
  const request = requests[index];
  if (request === undefined) throw new RangeError('as many permits as requests');
  return { ...request, contactId: randomUUID() };
}

/** What such a transaction costs alone: lock a ledger's row, insert a permit and what it counts, in tables of that shape. */
async function openBare({ db, clock }: World) {
  await db.execute('CREATE TABLE bare_permits (LIKE permits INCLUDING ALL)');
  await db.execute('CREATE TABLE bare_counted (LIKE counted_contacts INCLUDING ALL)');
  const transaction = async ({ contactId, caseId, covers, agreementId, debtorId, contactPointIds }: PermitRequest) => {
    const at = clock.nowIso();
    await db.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM person_ledgers WHERE person_id = $1 FOR UPDATE', [debtorId]);
      await tx.execute(
        `INSERT INTO bare_permits (
           permit_id, contact_id, content_key, effect_key, step, case_id, case_seq, agreement_id, debtor_id, person_id,
           contact_point_id, channel, purpose, covers, actor, state, rule_packs, facts_hash, time_zone, language,
           granted_at, valid_until, expires_at
         ) VALUES ($1, $1, 'c', 'e', 's', $2, 1, $3, $4, $4, $5, 'sms', 'collect', $6, 'machine', 'granted', '[]', 'h',
                   'Asia/Shanghai', 'zh-CN', $7, $7, $7)`,
        [contactId, caseId, agreementId, debtorId, contactPointIds[0], covers, at],
      );
      await tx.execute(
        `INSERT INTO bare_counted (
           contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
         ) VALUES ($1, 'outbound', $2, $3, '\\x00', $4, $5, $6, '{}', '{}', $2)`,
        [contactId, at, debtorId, caseId, covers, ['smsSent', 'smsDelivered', 'anyContact']],
      );
    });
  };
  return (requests: readonly PermitRequest[]) =>
    rate(requests.length, (index) => transaction(another(requests, index)));
}
