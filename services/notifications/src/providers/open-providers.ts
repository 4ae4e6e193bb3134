import type { Clock } from '@arrears/clock';
import { httpVoice } from './http-voice.js';
import { mailHouse } from './mail-house.js';
import type { ProviderPort } from './ports.js';
import { readProviderSettings, type ProviderSettings } from './settings.js';
import { smsGateway } from './sms-gateway.js';
import { smppSms } from './smpp/smpp-sms.js';
import { smtpEmail } from './smtp/smtp-email.js';

export interface OpenProviders {
  /** In order of preference; the first of a channel is asked first. */
  ports: ProviderPort[];
  /** By provider id: with what it signs receipts and replies over HTTP. Lines of their own have none. */
  receiptSecrets: Map<string, string>;
}

/**
 * The providers of this installation, from the file that `PROVIDERS` names. Opens no connection yet.
 * @throws ProvidersError
 */
export function openProviders(
  path: string,
  clock: Pick<Clock, 'nowIso' | 'realNow'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OpenProviders {
  const settings = readProviderSettings(path, env);
  return {
    ports: settings.map((one) => port(one, clock)),
    receiptSecrets: new Map(
      settings.flatMap((one): [string, string][] => ('receiptSecret' in one ? [[one.id, one.receiptSecret]] : [])),
    ),
  };
}

function port(settings: ProviderSettings, clock: Pick<Clock, 'nowIso' | 'realNow'>): ProviderPort {
  switch (settings.kind) {
    case 'http-sms':
      return smsGateway(settings);
    case 'mail-house':
      return mailHouse(settings);
    case 'http-voice':
      return httpVoice(settings);
    case 'smpp':
      return smppSms(settings, clock);
    case 'smtp':
      return smtpEmail(settings, clock);
  }
}
