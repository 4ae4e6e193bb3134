import { HOLD_KINDS, type HoldRule, type Span } from '@arrears/treatment';
import { instant, uuid } from '@arrears/contracts';
import { z } from 'zod';

/** What `POST /cases/{id}/holds` takes. No accounts and no persons: the whole case. Effects come from the policy. */
export const holdInput = z.strictObject({
  kind: z.enum(HOLD_KINDS),
  until: instant.optional(),
  accounts: z.array(uuid).min(1).max(100).optional(),
  persons: z.array(uuid).min(1).max(100).optional(),
});
export type HoldInput = z.infer<typeof holdInput>;

/** A kind that the policy does not describe stops contact and escalation until somebody lifts it. */
const undescribed = {
  effects: ['contact', 'escalation'] as const,
  allows: ['serve', 'complaint-reply', 'statutory-notice'],
};

export interface PlannedHold {
  effects: string[];
  allows: string[];
  until: string | null;
}

/** The hold as the case's policy shapes it: its effects, what stays allowed, and no longer than it may last. */
export function shapeHold(
  input: HoldInput,
  rule: HoldRule | undefined,
  now: number,
  add: (at: number, span: Span) => number,
): PlannedHold | { refused: string } {
  const asked = input.until === undefined ? null : Date.parse(input.until);
  if (asked !== null && asked <= now) return { refused: 'A hold that has already ended stops nothing.' };
  const longest = rule?.maxFor === undefined ? null : add(now, rule.maxFor);
  if (asked !== null && longest !== null && asked > longest)
    return { refused: `A hold of kind ${input.kind} may last until ${new Date(longest).toISOString()} at most.` };
  const until = asked ?? longest;
  return {
    effects: [...(rule?.effects ?? undescribed.effects)],
    allows: [...(rule?.allows ?? undescribed.allows)],
    until: until === null ? null : new Date(until).toISOString(),
  };
}
