import { askedAnswer, handoverAnswer, httpLine, type HttpLineOptions } from './http-line.js';
import type { SmsPort } from './ports.js';

/** SMS gateway over HTTP: `POST sms/messages`, `GET sms/messages/{clientReference}`. */
export function smsGateway({
  id,
  ratePerSecond,
  ...line
}: HttpLineOptions & { id: string; ratePerSecond: number }): SmsPort {
  const call = httpLine(line);
  return {
    id,
    channel: 'sms',
    ratePerSecond,
    tellsNeverHad: true,
    send: async (message) =>
      handoverAnswer(
        await call('sms/messages', {
          method: 'POST',
          reference: message.clientReference,
          contentType: 'application/json',
          body: JSON.stringify(message),
        }),
      ),
    ask: async ({ clientReference }) =>
      askedAnswer(await call(`sms/messages/${encodeURIComponent(clientReference)}`, { method: 'GET' })),
  };
}
