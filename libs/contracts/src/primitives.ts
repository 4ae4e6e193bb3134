import { z } from 'zod';

/** Whole minor units as a decimal string: JSON numbers lose precision above 2^53. */
export const minorUnits = z.string().regex(/^-?(0|[1-9]\d{0,17})$/, 'whole minor units as a string, such as "50000"');
export const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})$/, 'a non-negative amount in whole minor units as a string, such as "50000"');
export const positiveAmount = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, 'an amount above zero in whole minor units as a string, such as "50000"');
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "CNY"');
export const localDate = z.iso.date();
export const instant = z.iso.datetime({ offset: true });
export const opaqueId = z.string().min(1).max(200);
export const uuid = z.uuid();

/** Balances as the bank states them; `fees` holds everything that is neither principal nor interest. */
export const balances = z.object({ principal: amount, interest: amount, fees: amount });
export type Balances = z.infer<typeof balances>;
