import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@arrears/audit';

/** sha256 of what was decided on: the same facts give the same hash, and a record can be checked against them. */
export function hashOf(value: unknown): string {
  // Through JSON, so that absent fields and undefined ones are the same.
  const plain = JSON.parse(JSON.stringify(value)) as Json;
  return createHash('sha256').update(canonicalJson(plain)).digest('hex');
}
