import type { MessageRow } from '../messages/message.store.js';
import type { ProviderPort, SendAnswer } from '../providers/ports.js';
import type { Content, Granted } from './content.js';

/**
 * Calls the provider with the content of one message under one permit. The only call of `send` in the product.
 * @throws Error when template and channel don't belong together: a defect, before anything was sent
 */
export async function handTo(
  port: ProviderPort,
  row: Pick<MessageRow, 'messageId' | 'delivery'>,
  content: Content,
  permit: Granted,
): Promise<SendAnswer> {
  const common = { clientReference: row.messageId, validUntil: permit.validUntil };
  const to = permit.destination;
  if (port.channel === 'sms' && content.kind === 'text') return port.send({ ...common, to, text: content.text });
  if (port.channel === 'email' && content.kind === 'email') {
    const { subject, text, html } = content;
    return port.send({ ...common, to, subject, text, ...(html !== undefined && { html }) });
  }
  if (port.channel === 'letter' && content.kind === 'letter') {
    const { pdf, fileHash, addressee, address } = content;
    return port.send({ ...common, pdf, fileHash, addressee, address, delivery: row.delivery ?? 'plain' });
  }
  if (port.channel === 'voiceBot' && content.kind === 'voice') {
    const { language, text } = content;
    return port.send({ ...common, to, language, say: { kind: 'script', text } });
  }
  throw new Error(`a ${content.kind} can't go by ${port.channel}`);
}
