import type { MessageRow } from '../messages/message.store.js';
import type { Providers } from './providers.js';

/** Takes a message back at the provider that has it; a provider without that service has it for good. */
export function recallFrom(providers: Pick<Providers, 'find'>) {
  return async ({
    messageId,
    provider,
    providerMessageId,
  }: MessageRow): Promise<'recalled' | 'too-late' | 'unknown'> => {
    const port = provider === null ? undefined : providers.find(provider);
    if (port?.recall === undefined) return 'too-late';
    return port.recall({ clientReference: messageId, providerMessageId });
  };
}
