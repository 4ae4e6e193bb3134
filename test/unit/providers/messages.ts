import { createHash, randomUUID } from 'node:crypto';
import type { ProviderPort, SendAnswer } from '../../../services/notifications/src/providers/ports.js';

export const validUntil = '2026-11-09T14:00:00.000Z';
export const longChinese = `【示例银行】${'您尾号0001的贷款已逾期，请尽快还款；如已还款请忽略本短信。'.repeat(6)}回复TD退订😀`;

/** To whom a message of the provider goes; fictional numbers, reserved domains. */
export const destination: Record<string, string> = {
  sms: '+12125550101',
  'sms-b': '+12125550102',
  smpp: '+12125550103',
  voice: '+12125550104',
  email: 'person@example.com',
  letter: '示範區合成路1號',
};
export const pdf = Buffer.from('%PDF-1.7\n% synthetic\n%%EOF\n');

/** Hands over one message of the kind that the provider takes. */
export function sendBy(
  port: ProviderPort,
  clientReference: string = randomUUID(),
  text = '合成的提醒',
): Promise<SendAnswer> {
  const to = destination[port.id] ?? '';
  const common = { clientReference, validUntil };
  switch (port.channel) {
    case 'sms':
      return port.send({ ...common, to, text });
    case 'email':
      return port.send({ ...common, to, subject: '示例银行：还款提醒', text });
    case 'letter': {
      const fileHash = createHash('sha256').update(pdf).digest('hex');
      return port.send({
        ...common,
        pdf,
        fileHash,
        addressee: '示範一',
        address: to,
        delivery: 'registered',
        validUntil: '2026-12-31T00:00:00.000Z',
      });
    }
    case 'voiceBot':
      return port.send({ ...common, to, language: 'zh', say: { kind: 'script', text } });
  }
}
