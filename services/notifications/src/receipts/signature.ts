import { createHmac, timingSafeEqual } from 'node:crypto';

/** A receipt older or newer than this is refused, so that a recorded one cannot be played again later. Real time. */
export const receiptToleranceMs = 5 * 60_000;

export type SignatureCheck = { ok: true } | { ok: false; why: 'missing' | 'mismatch' | 'too-old' };

/** `x-signature: sha256=HMAC(secret, timestamp + "." + raw body)`, `x-timestamp` in epoch seconds of real time. */
export function checkSignature(
  secret: string,
  headers: { signature: string | undefined; timestamp: string | undefined },
  body: Buffer,
  realNow: number,
): SignatureCheck {
  const { signature, timestamp } = headers;
  if (!signature?.startsWith('sha256=') || !timestamp || !/^\d{1,12}$/.test(timestamp))
    return { ok: false, why: 'missing' };
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  const given = Buffer.from(signature.slice('sha256='.length), 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { ok: false, why: 'mismatch' };
  return Math.abs(realNow - Number(timestamp) * 1000) > receiptToleranceMs
    ? { ok: false, why: 'too-old' }
    : { ok: true };
}
