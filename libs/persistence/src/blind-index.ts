import { createHmac } from 'node:crypto';

/**
 * Finds an encrypted value again without decrypting: HMAC-SHA-256 of field and value, cut to 16 bytes. Equal values of one
 * field give equal indexes, so it is for values with many possibilities; the caller normalises the value first.
 */
export function blindIndex(key: Buffer, field: string, normalised: string): Buffer {
  return createHmac('sha256', key).update(`${field.length}:${field}|${normalised}`).digest().subarray(0, 16);
}
