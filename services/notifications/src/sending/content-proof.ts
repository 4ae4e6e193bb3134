import { createHmac } from 'node:crypto';
import type { DerivedKeys } from '@arrears/persistence';
import { z } from 'zod';
import type { MessageRow } from '../messages/message.store.js';

/**
 * What is sealed with a message: the very words that its hash is of, and the salt. Whoever is shown both can prove by the
 * journal that this was said; whoever has the journal alone can't try names until one fits, nor can anybody once the
 * person's key is destroyed.
 */
export interface Kept {
  /** 32 bytes in hex. */
  salt: string;
  said: string;
}
const keptSchema = z.object({ salt: z.string().regex(/^[0-9a-f]{64}$/), said: z.string() });

/** A message has one salt, however often its content is made; it comes from the person's key and goes with it. */
export async function saltOf(
  keys: DerivedKeys,
  { personId, agreementId, messageId }: Pick<MessageRow, 'personId' | 'agreementId' | 'messageId'>,
): Promise<string> {
  return (await keys.forWriting({ personId, agreementId }, `content:${messageId}`)).toString('hex');
}

/** HMAC-SHA-256 of the words in UTF-8 under the salt's bytes; 64 hexadecimal digits. */
export function contentHashOf({ salt, said }: Kept): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(said, 'utf8').digest('hex');
}

/** Whether what was sealed with a message, opened, is what the journal names. A letter's hash is its file's: see there. */
export function provesContent(opened: string, contentHash: string): boolean {
  const kept = keptSchema.safeParse(JSON.parse(opened));
  return kept.success && contentHashOf(kept.data) === contentHash;
}
