import { normalisePoint } from '@arrears/contracts';
import type { MessageRow } from './message.store.js';

/** One spelling for where a message went and where an answer came from, so that one finds the other. */
export function destinationText(channel: MessageRow['channel'], destination: string): string {
  const kind = channel === 'email' ? 'email' : channel === 'letter' ? 'address' : 'mobile';
  return normalisePoint(kind, destination, 'CN').normalised;
}
