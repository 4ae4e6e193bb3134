import { z } from 'zod';
import { BEFORE_DATES, IMPOSSIBLE_REASONS, TRIGGER_EVENTS } from '../shapes/step.js';
import { cond } from './cond-schema.js';
import {
  bankInstruction,
  count,
  counterEvent,
  dayKind,
  id,
  level,
  localTime,
  opt,
  personRole,
  purpose,
  role,
  span,
  stage,
  stepKind,
  stepOutcome,
} from './primitives.js';

const trigger = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.enum(['dpd', 'treatmentDay']),
    from: z.int().min(-365).max(20_000),
    to: opt(z.int().max(20_000)),
  }),
  z.strictObject({ on: z.literal('after'), step: id, outcome: z.array(stepOutcome).min(1), wait: span }),
  z.strictObject({ on: z.literal('before'), date: z.enum(BEFORE_DATES), days: count, dayKind }),
  z.strictObject({ on: z.literal('event'), type: z.enum(TRIGGER_EVENTS), wait: opt(span) }),
]);

const window = z.strictObject({
  from: localTime,
  to: localTime,
  days: z.enum(['business', 'any']),
  rank: z.int().min(1).max(100),
});
const repeat = z.strictObject({
  max: z.int().min(1).max(1000),
  perDay: opt(z.int().min(1).max(100)),
  minGap: opt(span),
  until: opt(z.array(z.strictObject({ event: counterEvent, count: z.int().min(1) }))),
});
const template = z.strictObject({
  id,
  delivery: opt(z.enum(['plain', 'registered', 'electronic-with-receipt'])),
  term: opt(z.strictObject({ days: count, dayKind, deemedAfterDays: count })),
});
const review = z.strictObject({ by: role, within: span, outcomes: z.array(id).min(1), onTimeout: id });
const way = z.strictObject({
  because: z.array(z.enum(IMPOSSIBLE_REASONS)).min(1),
  then: z.union([z.strictObject({ step: id }), z.enum(['lapse', 'review'])]),
});

export const step = z
  .strictObject({
    id,
    kind: stepKind,
    scope: z.enum(['case', 'account']),
    stage,
    level,
    purpose: opt(purpose),
    target: z.array(z.strictObject({ role: personRole, each: opt(z.boolean()) })),
    trigger,
    when: opt(cond),
    order: opt(z.int()),
    repeat: opt(repeat),
    windows: opt(z.array(window).min(1)),
    template: opt(template),
    visit: opt(z.strictObject({ minPersons: z.int().min(1).max(10), planApprovedBy: role })),
    agency: opt(z.strictObject({ panel: id, maxDays: z.int().min(1).max(3650), exclusive: z.boolean() })),
    offer: opt(z.strictObject({ catalog: id, showMax: z.int().min(1).max(20) })),
    review: opt(review),
    approval: opt(z.strictObject({ matrix: id })),
    instruct: opt(bankInstruction),
    humanConfirm: opt(role),
    mandatory: opt(z.strictObject({ before: z.array(stepKind), waivableBy: opt(role) })),
    onLate: z.enum(['perform', 'lapse', 'review']),
    maxLateDays: opt(count),
    onImpossible: z.array(way),
    onReanchor: z.union([z.literal('keep-done'), z.strictObject({ redoAfterDays: count })]),
  })
  .meta({ id: 'Step' });
