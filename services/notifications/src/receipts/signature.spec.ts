import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { checkSignature } from './signature.js';

const secret = 'test-secret';
const body = Buffer.from('{"status":"delivered"}');
const now = 1_790_000_000_000;
const sign = (timestamp: string, of: Buffer = body, by = secret) =>
  `sha256=${createHmac('sha256', by).update(`${timestamp}.`).update(of).digest('hex')}`;

describe('the signature of a receipt', () => {
  it('is accepted when secret, time and body match', () => {
    expect(checkSignature(secret, { signature: sign(String(now)), timestamp: String(now) }, body, now + 1000)).toEqual({
      ok: true,
    });
  });

  it.each([
    ['missing', { signature: undefined, timestamp: String(now) }],
    ['missing', { signature: 'md5=00', timestamp: String(now) }],
    ['missing', { signature: sign('soon'), timestamp: 'soon' }],
    ['mismatch', { signature: sign(String(now), Buffer.from('{}')), timestamp: String(now) }],
    ['mismatch', { signature: sign(String(now), body, 'other'), timestamp: String(now) }],
    ['mismatch', { signature: 'sha256=zz', timestamp: String(now) }],
    ['too-old', { signature: sign(String(now - 600_000)), timestamp: String(now - 600_000) }],
    ['too-old', { signature: sign(String(now + 600_000)), timestamp: String(now + 600_000) }],
  ])('is refused as %s', (why, headers) => {
    expect(checkSignature(secret, headers, body, now)).toEqual({ ok: false, why });
  });
});
