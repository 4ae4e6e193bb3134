import { isCurrency } from '@arrears/money';
import { localDate, opaqueId } from '@arrears/contracts';
import { z } from 'zod';

const zone = z.string().max(60).refine(isTimeZone, 'an IANA time zone such as "Asia/Shanghai"');

/** What `POST /agreements` takes. Defaults: cut-off 00:00, finality of 2 business days, no end. */
export const agreementInput = z.strictObject({
  agreementId: opaqueId,
  client: z.string().min(1).max(200),
  creditorName: z.string().min(1).max(100),
  /** Where a debtor may complain, as every message names it: a telephone number, a web or e-mail address. */
  complaintChannel: z
    .string()
    .trim()
    .min(3)
    .max(100)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'one line of visible characters, such as "400-800-0000"')
    .optional(),
  products: z.array(z.string().min(1).max(60)).min(1).max(100),
  currency: z.string().refine(isCurrency, 'an ISO 4217 code such as "CNY"'),
  timeZone: zone,
  calendar: z.string().min(1).max(40),
  ledger: z.enum(['bank', 'arrears']),
  from: localDate,
  to: localDate.optional(),
  cutOff: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "00:00"')
    .default('00:00'),
  /** So long after it was received money may still be called back: at least as long a paid account waits before it leaves. */
  finalityBusinessDays: z.int().min(0).max(30).default(2),
  rulePacks: z.array(z.string().max(60)).max(20).default([]),
  country: z.string().length(2).optional(),
});
export type Agreement = z.infer<typeof agreementInput>;

/** In force on that business date: from and to are inclusive. */
export function isInForce(agreement: Agreement, date: string): boolean {
  return agreement.from <= date && (agreement.to === undefined || date <= agreement.to);
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
