import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '@arrears/audit';

/** sha256 of what was decided on: the same facts give the same hash, and a record can be checked against them. @throws TypeError for what is no JSON */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value as Json))
    .digest('hex');
}
