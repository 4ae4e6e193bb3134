import { z } from 'zod';
import type { CollectionPolicy } from '../shapes/policy.js';
import { cond, factName as fact } from './cond-schema.js';
import * as p from './primitives.js';
import { partialSnapshot } from './snapshot-schema.js';
import { step } from './step-schema.js';

const { id, opt, span, role, money } = p;

const entry = z.strictObject({
  minDpd: z.int().min(0).max(20_000),
  graceDays: p.count,
  minOverdue: money,
  when: opt(cond),
  exclude: opt(cond),
  late: z.enum(['catch-up', 'from-first']),
  gather: span,
});
const bucket = z.strictObject({ name: p.name, from: z.int(), to: z.int().nullable() });
const cycle = z.strictObject({
  days: z.int().min(1).max(3650),
  nodes: z.array(z.strictObject({ day: z.int().min(1), what: z.enum(['plan', 'contact', 'intensify', 'review']) })),
  extension: z.strictObject({ by: role, max: p.count, onNone: id }),
});
const experiment = z.strictObject({
  id,
  salt: p.name,
  unit: z.literal('person'),
  arms: z
    .array(
      z.strictObject({
        arm: id,
        share: p.share,
        overrides: z.array(z.strictObject({ step: id, set: step.partial() })),
      }),
    )
    .min(1),
  stopWhen: z.array(z.strictObject({ measure: p.name, worseBy: z.number() })),
});
const hold = z.strictObject({
  kind: p.holdKind,
  effects: z.array(p.holdEffect),
  allows: z.array(p.purpose),
  maxFor: opt(span),
  opens: role,
  ends: z.union([z.enum(['date', 'fact']), role]),
});
const promise = z.strictObject({
  maxAheadDays: p.count,
  minShare: p.share,
  keptShare: p.share,
  tolerance: money,
  grace: span,
  onNonBusinessDay: z.enum(['same', 'next']),
  remindDaysBefore: p.count,
  maxOpen: p.count,
});
const escalation = z.strictObject({
  on: z.enum(['promise-broken', 'plan-breached', 'deadline-missed', 'no-rpc']),
  nth: z.int().min(1),
  then: z.strictObject({ level: opt(p.level), step: opt(id), to: opt(role) }),
});
const offer = z.strictObject({
  catalog: id,
  kind: z.enum(['instalments', 'longer-term', 'interest-reduction', 'settlement', 'asset-in-lieu', 'add-guarantee']),
  maxMonths: opt(z.int().min(1).max(60)),
  maxWaiverShare: opt(p.share),
  when: cond,
  needs: z.array(p.proofKind),
  approval: id,
});
const approval = z.strictObject({
  id,
  levels: z
    .array(z.strictObject({ upTo: money.nullable(), role, persons: z.int().min(1).max(10), within: span }))
    .min(1),
  voidWhenChanged: z.array(fact),
  conflict: z.enum(['requester', 'requester-and-collector']),
});
const deadline = z.strictObject({
  of: id,
  within: span,
  warnBefore: span,
  escalate: z.array(z.strictObject({ after: span, to: role })),
});
const exit = z.strictObject({
  scope: z.enum(['account', 'case']),
  when: cond,
  close: p.closeReason,
  thank: opt(id),
  finality: span,
  residual: opt(z.strictObject({ below: money, then: z.enum(['keep-claim', 'ask-waiver']) })),
});
const gate = z.strictObject({
  guards: z.array(p.stepKind).min(1),
  require: cond,
  else: z.union([z.strictObject({ step: id }), z.literal('review')]),
  waivableBy: opt(role),
});
const example = z.strictObject({
  name: p.name,
  given: partialSnapshot,
  at: p.instant,
  expect: z.strictObject({
    effects: z.array(z.strictObject({ step: id, covers: opt(z.array(z.string())) })),
    next: opt(p.instant),
  }),
});

/** The policy language. Closed: unknown keys are refused everywhere. */
export const policySchema = z
  .strictObject({
    id,
    version: z.int().min(1),
    title: p.name,
    status: z.enum(['draft', 'approved', 'live', 'retired']),
    effectiveFrom: p.localDate,
    effectiveTo: opt(p.localDate),
    authoredBy: p.name,
    approvedBy: p.name,
    selection: z.strictObject({
      priority: z.int().min(0).max(1_000_000),
      agreements: opt(z.array(p.name).min(1)),
      products: opt(z.array(p.name).min(1)),
      when: cond,
    }),
    experiment: opt(experiment),
    entry,
    buckets: z.array(bucket),
    levels: z.array(z.strictObject({ level: p.level, when: cond })),
    facts: opt(z.strictObject({ willingness: cond, capacity: cond })),
    cycle,
    steps: z.array(step).min(1).max(200),
    spacing: z.array(z.strictObject({ between: z.array(p.stepKind).min(1), minGap: span })),
    maxNewStepsPerDay: z.int().min(1).max(50),
    mergeDays: z.int().min(0).max(31),
    gates: z.array(gate),
    frequency: z.array(
      z.strictObject({
        event: p.counterEvent,
        key: z.enum(['person', 'number', 'debt', 'case']),
        per: span,
        max: z.int().min(1),
      }),
    ),
    holds: z.array(hold),
    promise,
    escalation: z.array(escalation),
    offers: z.array(offer),
    approvals: z.array(approval),
    deadlines: z.array(deadline),
    priority: z.array(
      z.strictObject({
        term: z.union([fact, z.enum(['promiseDue', 'callbackDue'])]),
        weight: z.number(),
        curve: z.enum(['linear', 'log', 'step']),
      }),
    ),
    assignment: z.strictObject({
      sticky: z.boolean(),
      skills: z.array(z.strictObject({ when: cond, skill: p.name })),
      capacityPerDay: z.int().min(1),
      keyMonitored: z.strictObject({ when: cond, team: id, seenBy: role }),
    }),
    limitation: z
      .strictObject({
        preserveDaysBefore: z.array(z.int().min(1)),
        step: id,
        onExpired: z.strictObject({ block: z.array(p.stepKind) }),
      })
      .nullable(),
    exits: z.array(exit).min(1),
    reopen: z.strictObject({
      unCureWithinDays: p.count,
      continues: z.array(z.enum(['steps', 'counters', 'proofs', 'assignee', 'policy'])),
      correction: opt(id),
    }),
    migratesFrom: opt(z.array(z.strictObject({ version: z.int().min(1), steps: z.record(id, id) }))),
    examples: z.array(example),
  })
  .meta({ id: 'CollectionPolicy', title: 'Collection policy of Arrears' });

/** Shape only: what the policy means is checked by the loader. The brands of ids exist for the compiler alone. */
export const asPolicy = (parsed: z.output<typeof policySchema>): CollectionPolicy =>
  parsed as unknown as CollectionPolicy;

/** The language as JSON Schema (2020-12), for editors and other tools; checked in beside the package. */
export const policyJsonSchema = (): unknown => z.toJSONSchema(policySchema, { target: 'draft-2020-12', io: 'input' });
