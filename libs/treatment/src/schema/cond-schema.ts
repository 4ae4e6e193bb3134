import { z } from 'zod';
import { COMPARISONS, type Cond, FACTS } from '../shapes/cond.js';
import { count, id, money, proofKind, stepOutcome, opt } from './primitives.js';

export const factName = z.enum(FACTS).meta({ id: 'Fact' });
const scalar = z.union([z.string(), z.number()]);

const factCond = z.strictObject({
  fact: factName,
  is: z.enum(COMPARISONS),
  than: z.union([z.string(), z.number(), z.boolean(), money, z.array(scalar).min(1)]),
  unknown: z.enum(['no', 'yes', 'review']),
});
const didCond = z.strictObject({ did: id, outcome: opt(z.array(stepOutcome).min(1)), withinDays: opt(count) });
const proofCond = z.strictObject({
  proof: proofKind,
  atLeast: count,
  spacedDays: opt(count),
  maxAgeDays: opt(count),
});

/** A condition: all, any, not, or a question about a fact, a step done or a proof. */
export const cond: z.ZodType<Cond> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(cond) }),
      z.strictObject({ any: z.array(cond) }),
      z.strictObject({ not: cond }),
      factCond,
      didCond,
      proofCond,
    ]),
  )
  .meta({ id: 'Cond' }) as unknown as z.ZodType<Cond>;
