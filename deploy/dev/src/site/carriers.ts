import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CarriersOptions } from '../carriers/carriers.js';
import { address } from './names.js';
import type { Site } from './processes.js';

const localhost = '127.0.0.1';
/** Tag of the message centre's own parameter for a client's reference. */
const referenceTag = 0x1401;
/** The domain of bounces and replies; reserved for documentation, so no mail can leave for it. */
const returnDomain = 'returns.example';

export const providersFile = ({ dir }: Site): string => join(dir, 'secrets', 'providers.json');
export const carriersFile = ({ dir }: Site): string => join(dir, 'secrets', 'carriers.json');

/** The two sides of each line: what the simulated carriers expect, and what `notifications` knows of them. */
export function writeCarrierFiles(site: Site): void {
  const write = (path: string, content: unknown): void =>
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  write(carriersFile(site), carriersSide(site));
  write(providersFile(site), providersSide(site));
}

function carriersSide({ ports, secrets }: Site): Pick<CarriersOptions, 'client' | 'http' | 'smpp' | 'email'> {
  const { sms, smsB, letter, voice, smpp, email } = secrets.carriers;
  return {
    client: address(ports.notifications),
    http: { sms, 'sms-b': smsB, letter, voice },
    smpp: { port: ports.carriersSmpp, systemId: smpp.systemId, password: smpp.password, referenceTag },
    email: {
      port: ports.carriersSmtp,
      user: email.user,
      password: email.password,
      returnTo: { host: localhost, port: ports.notificationsReturns },
    },
  };
}

/** In order of preference: the file that the variable `PROVIDERS` of `notifications` names. */
function providersSide({ ports, secrets }: Site): unknown[] {
  const { sms, smsB, letter, voice, smpp, email } = secrets.carriers;
  const http = address(ports.carriers);
  return [
    { id: 'sms', kind: 'http-sms', url: http, ratePerSecond: 50, ...sms },
    { id: 'sms-b', kind: 'http-sms', url: `${http}/b`, ratePerSecond: 50, ...smsB },
    {
      id: 'smpp',
      kind: 'smpp',
      url: `smpp://${localhost}:${ports.carriersSmpp}`,
      ...smpp,
      source: '10690000',
      window: 20,
      referenceTag,
      ratePerSecond: 50,
    },
    {
      id: 'email',
      kind: 'smtp',
      url: `smtp://${localhost}:${ports.carriersSmtp}`,
      user: email.user,
      password: email.password,
      tls: 'none',
      from: { name: 'Arrears (synthetic)', address: 'collections@bank.example' },
      returnPath: { domain: returnDomain, port: ports.notificationsReturns, secret: email.returnSecret },
      ratePerSecond: 50,
    },
    { id: 'letter', kind: 'mail-house', url: http, ratePerSecond: 20, ...letter },
    { id: 'voice', kind: 'http-voice', url: http, ratePerSecond: 20, ...voice },
  ];
}
