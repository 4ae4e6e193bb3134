import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { checkSignature } from './signature.js';

const secret = 'test-secret';
const body = Buffer.from('{"status":"delivered"}');
const now = 1_790_000_000_000;
const seconds = (ms: number) => String(ms / 1000);
const sign = (timestamp: string, of: Buffer = body, by = secret) =>
  `sha256=${createHmac('sha256', by).update(`${timestamp}.`).update(of).digest('hex')}`;

describe('the signature of a receipt', () => {
  it('is accepted when secret, time and body match', () => {
    expect(
      checkSignature(secret, { signature: sign(seconds(now)), timestamp: seconds(now) }, body, now + 1000),
    ).toEqual({
      ok: true,
    });
  });

  it.each([
    ['missing', { signature: undefined, timestamp: seconds(now) }],
    ['missing', { signature: 'md5=00', timestamp: seconds(now) }],
    ['missing', { signature: sign('soon'), timestamp: 'soon' }],
    ['mismatch', { signature: sign(seconds(now), Buffer.from('{}')), timestamp: seconds(now) }],
    ['mismatch', { signature: sign(seconds(now), body, 'other'), timestamp: seconds(now) }],
    ['mismatch', { signature: 'sha256=zz', timestamp: seconds(now) }],
    ['too-old', { signature: sign(seconds(now - 600_000)), timestamp: seconds(now - 600_000) }],
    ['too-old', { signature: sign(seconds(now + 600_000)), timestamp: seconds(now + 600_000) }],
  ])('is refused as %s', (why, headers) => {
    expect(checkSignature(secret, headers, body, now)).toEqual({ ok: false, why });
  });
});
