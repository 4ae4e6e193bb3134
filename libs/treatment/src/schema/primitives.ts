import { z } from 'zod';
import * as words from '../shapes/base.js';

/** Leaves of the policy language. Every object is closed: a key that is not known is a mistake, not an extension. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/, 'letters, digits and . _ : - only, at most 80');
export const name = z.string().min(1).max(200);
export const localDate = z.iso.date();
export const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time is HH:MM');
export const instant = z.iso.datetime({ offset: true });
export const count = z.int().min(0).max(100_000);
export const share = z.number().min(0).max(1);
export const money = z
  .strictObject({
    minor: z.string().regex(/^-?\d{1,18}$/, 'a whole number of minor units, in quotes'),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: 'Money' });
export const span = z.strictObject({ n: count, unit: z.enum(words.SPAN_UNITS) }).meta({ id: 'Span' });

export const role = z.enum(words.ROLES).meta({ id: 'Role' });
export const channel = z.enum(words.CHANNELS).meta({ id: 'Channel' });
export const purpose = z.enum(words.PURPOSES).meta({ id: 'Purpose' });
export const stage = z.enum(words.STAGES).meta({ id: 'Stage' });
export const level = z.enum(words.LEVELS).meta({ id: 'Level' });
export const stepKind = z.enum(words.STEP_KINDS).meta({ id: 'StepKind' });
export const holdKind = z.enum(words.HOLD_KINDS).meta({ id: 'HoldKind' });
export const holdEffect = z.enum(words.HOLD_EFFECTS).meta({ id: 'HoldEffect' });
export const closeReason = z.enum(words.CLOSE_REASONS).meta({ id: 'CloseReason' });
export const personRole = z.enum(words.PERSON_ROLES).meta({ id: 'PersonRole' });
export const counterEvent = z.enum(words.COUNTER_EVENTS).meta({ id: 'CounterEvent' });
export const bankInstruction = z.enum(words.BANK_INSTRUCTIONS).meta({ id: 'BankInstruction' });
export const proofKind = z.enum(words.PROOF_KINDS).meta({ id: 'ProofKind' });
export const dayKind = z.enum(['calendar', 'business']);
/** A word of the list, or one that a review of the policy declares; the loader checks which. */
export const stepOutcome = id;
export const opt = z.exactOptional;
