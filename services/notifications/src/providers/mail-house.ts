import { askedAnswer, handoverAnswer, httpLine, type HttpLineOptions } from './http-line.js';
import type { LetterPort } from './ports.js';

/**
 * Mail house over HTTP. A letter is one form: its description as JSON (`letter`) and the file (`pdf`), whose hash the
 * house checks before it takes the letter. `GET letters/{clientReference}` tracks, `DELETE` takes back before posting.
 */
export function mailHouse({
  id,
  ratePerSecond,
  ...line
}: HttpLineOptions & { id: string; ratePerSecond: number }): LetterPort {
  const call = httpLine({ timeoutMs: 10_000, ...line });
  const path = (reference: string): string => `letters/${encodeURIComponent(reference)}`;
  return {
    id,
    channel: 'letter',
    ratePerSecond,
    tellsNeverHad: true,
    send: async ({ pdf, ...letter }) => {
      const form = new FormData();
      form.set('letter', new Blob([JSON.stringify(letter)], { type: 'application/json' }));
      form.set('pdf', new Blob([new Uint8Array(pdf)], { type: 'application/pdf' }), 'letter.pdf');
      return handoverAnswer(await call('letters', { method: 'POST', reference: letter.clientReference, body: form }));
    },
    ask: async ({ clientReference }) => askedAnswer(await call(path(clientReference), { method: 'GET' })),
    recall: async ({ clientReference }) => {
      const answer = await call(path(clientReference), { method: 'DELETE' });
      if (answer.came !== 'answer') return 'unknown';
      if (answer.status === 200 || answer.status === 204) return 'recalled';
      return answer.status === 409 ? 'too-late' : 'unknown';
    },
  };
}
