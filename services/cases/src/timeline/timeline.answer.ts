import { denialReason, limitUse } from '@arrears/contracts';
import { z } from 'zod';

const when = z.string();
const reason = z.object({
  code: z.string(),
  rule: z.string().optional(),
  step: z.string().optional(),
  until: when.optional(),
  facts: z.record(z.string(), z.string()).optional(),
});
const says = z.object({ zh: z.string(), en: z.string() });

/** An instant, or `never`. */
const upcoming = z.object({
  step: z.string(),
  state: z.enum(['waiting', 'planned']),
  channel: z.string(),
  covers: z.array(z.string()),
  earliest: when,
  /** The stricter of plan and gate; null: not known. */
  possible: when.nullable(),
  blockedBy: z.array(reason),
  gate: z
    .object({
      verdict: z.enum(['granted', 'denied', 'facts-behind', 'stale', 'stopped']),
      denials: z.array(denialReason),
      limits: z.array(limitUse),
    })
    .nullable(),
  says,
});

export const nextAnswer = z.object({
  caseId: z.uuid(),
  status: z.enum(['open', 'closed']),
  underWay: z.array(
    z.object({
      step: z.string(),
      occurrence: z.int(),
      kind: z.string(),
      covers: z.array(z.string()),
      plannedAt: z.string(),
    }),
  ),
  decidedFor: when.nullable().optional(),
  decisionNo: z.int().nullable().optional(),
  wakeAt: when.nullable(),
  gate: z.enum(['answered', 'away', 'not-asked']),
  upcoming: z.array(upcoming),
  holds: z.array(
    z.object({ holdId: z.string(), kind: z.string(), effects: z.array(z.string()), until: when.nullable() }),
  ),
  denials: z.array(z.object({ step: z.string(), rule: z.string(), until: when })).optional(),
  attention: z.array(z.object({ code: z.string(), owner: z.string(), why: reason })),
  deadlines: z
    .array(
      z.object({
        key: z.string(),
        of: z.string(),
        at: when,
        warnAt: when,
        owner: z.string(),
        escalate: z.array(z.object({ at: when, to: z.string() })),
      }),
    )
    .optional(),
});

/** What an entry tells beside when and what depends on its kind. */
export const timelineAnswer = z.object({
  items: z.array(z.looseObject({ at: z.iso.datetime(), id: z.string(), kind: z.string() })),
  nextCursor: z.string().nullable(),
});
