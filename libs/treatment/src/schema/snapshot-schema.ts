import { z } from 'zod';
import { STAGES } from '../shapes/base.js';
import { ACCOUNT_STATUSES } from '../shapes/snapshot.js';
import * as p from './primitives.js';

const text = z.string().max(200);
const covers = z.array(text);

const point = z.strictObject({
  id: text,
  channel: p.channel,
  reserved: z.boolean(),
  valid: z.enum(['yes', 'no', 'unknown']),
  optedOut: z.array(p.purpose),
});
const person = z
  .strictObject({
    personId: text,
    role: p.personRole,
    accounts: covers,
    zone: z.union([text, z.array(text)]),
    language: text,
    status: z.enum(['normal', 'claimed-dead', 'dead', 'no-capacity', 'represented']),
    neverContact: z.boolean(),
    contactability: z.enum(['rpc', 'reachable', 'untested', 'lost']),
    lastRpcAt: p.opt(p.instant),
    points: z.array(point),
    preferred: z.array(z.strictObject({ from: p.localTime, to: p.localTime })),
  })
  .partial();
const account = z
  .strictObject({
    accountId: text,
    accountVersion: p.count,
    pin: z.strictObject({ policyId: text, version: p.count }),
    joinedAt: p.instant,
    product: text,
    status: z.enum(ACCOUNT_STATUSES),
    stage: z.enum(STAGES),
    earliestUnpaidDue: p.localDate.nullable(),
    missedMinimums: p.count,
    class: text,
    principal: p.money,
    interest: p.money,
    fees: p.money,
    overdue: p.money,
    secured: z.boolean(),
    unpaid: z.array(z.strictObject({ due: p.localDate, amount: p.money })),
    limitation: z.strictObject({ expires: p.localDate, suspended: z.boolean(), proofs: z.array(text) }),
    guarantee: z.array(z.strictObject({ personId: text, kind: z.enum(['joint', 'general']), expires: p.localDate })),
    lastPayment: z.strictObject({
      valueDate: p.localDate,
      receivedAt: p.opt(p.instant),
      amount: p.money,
      by: p.personRole,
      final: z.boolean(),
    }),
    imported: z.strictObject({ actions: p.count, lastAt: p.instant }),
    attributes: z
      .strictObject({ segment: text, branch: text, region: text, riskFlag: text, episodes12m: p.count })
      .partial(),
  })
  .partial();
const hold = z
  .strictObject({
    id: text,
    kind: p.holdKind,
    effects: z.array(p.holdEffect),
    scope: z.strictObject({ accounts: p.opt(covers), persons: p.opt(covers) }),
    from: p.instant,
    until: p.instant,
  })
  .partial();
const past = z
  .strictObject({
    effectKey: text,
    step: p.id,
    covers,
    personId: text,
    occurrence: z.int().min(1),
    plannedAt: p.instant,
    endedAt: p.instant,
    outcome: p.stepOutcome,
    anchor: p.localDate,
    policyVersion: p.count,
  })
  .partial();

/** What an example of a policy may say about its case; the rest is filled in. */
export const partialSnapshot = z
  .strictObject({
    openedOn: p.localDate,
    finalityBusinessDays: p.count,
    stage: z.enum(STAGES),
    level: p.level,
    keyMonitored: z.boolean(),
    cycle: z.strictObject({ no: p.count, startedOn: p.localDate, extendedTo: p.opt(p.localDate) }),
    persons: z.array(person),
    accounts: z.array(account),
    holds: z.array(hold),
    steps: z.array(past),
    promises: z.array(
      z.strictObject({
        id: text,
        covers,
        due: p.localDate,
        amount: p.money,
        paid: p.money,
        state: z.enum(['open', 'kept', 'partly', 'broken', 'withdrawn']),
      }),
    ),
    plans: z.array(
      z.strictObject({
        id: text,
        covers,
        state: z.enum(['offered', 'signed', 'bank-pending', 'in-force', 'breached', 'done']),
        nextDue: p.opt(p.localDate),
        missed: p.count,
        observationEnds: p.opt(p.localDate),
      }),
    ),
    proofs: z.array(z.strictObject({ id: text, kind: p.proofKind, covers, at: p.instant, compliant: z.boolean() })),
    denials: z.array(z.strictObject({ step: p.id, rule: text, until: z.union([p.instant, z.literal('never')]) })),
    counters: z.array(z.strictObject({ event: p.counterEvent, key: text, day: p.localDate, n: p.count })),
  })
  .partial()
  .meta({ id: 'ExampleCase' });
