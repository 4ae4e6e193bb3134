import { askedAnswer, handoverAnswer, httpLine, type HttpLineOptions } from './http-line.js';
import type { VoicePort } from './ports.js';

/**
 * Recorded voice messages over HTTP: `POST calls` with a script that is spoken word for word (`call`, JSON) or with a
 * recording beside it (`audio`), `GET calls/{clientReference}`. `delivered` is: played to the end.
 */
export function httpVoice({
  id,
  ratePerSecond,
  ...line
}: HttpLineOptions & { id: string; ratePerSecond: number }): VoicePort {
  const call = httpLine({ timeoutMs: 10_000, ...line });
  return {
    id,
    channel: 'voiceBot',
    ratePerSecond,
    tellsNeverHad: true,
    send: async ({ say, ...message }) => {
      const what =
        say.kind === 'script'
          ? { script: say.text }
          : { recording: { fileHash: say.fileHash, mediaType: say.mediaType } };
      const form = new FormData();
      form.set('call', new Blob([JSON.stringify({ ...message, ...what })], { type: 'application/json' }));
      if (say.kind === 'recording')
        form.set('audio', new Blob([new Uint8Array(say.audio)], { type: say.mediaType }), 'message');
      return handoverAnswer(await call('calls', { method: 'POST', reference: message.clientReference, body: form }));
    },
    ask: async ({ clientReference }) =>
      askedAnswer(await call(`calls/${encodeURIComponent(clientReference)}`, { method: 'GET' })),
  };
}
