import {
  databaseUrl,
  httpUrl,
  path,
  processConfig,
  processVariables,
  readEnvironment,
  text,
  type ProcessConfig,
} from '@arrears/service';
import { z } from 'zod';
import { services, type ServiceName } from './proxy/allowed-routes.js';

/** Where people reach the console. Its cookie is never sent in clear: https, or this machine. */
const publicUrl = httpUrl
  .transform((url) => new URL(url))
  .refine(
    ({ protocol, hostname }) => protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname),
    'an https address, or one of this machine',
  );

const variables = z.object({
  ...processVariables,
  DATABASE_URL: databaseUrl,
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  CONSOLE_URL: publicUrl,
  /** In which people read times that belong to no case. */
  CONSOLE_TIME_ZONE: text.default('Asia/Shanghai'),
  /** Path of the key ring that seals sessions: not the one of personal data, which the console can not read. */
  SESSION_KEYS: path,
  SESSION_IDLE_MINUTES: z.coerce.number().min(1).max(720).default(30),
  SESSION_LONGEST_MINUTES: z.coerce.number().min(1).max(1440).default(600),
  CASES_URL: httpUrl,
  CONTACTS_URL: httpUrl,
  NOTIFICATIONS_URL: httpUrl,
});

export interface ConsoleConfig extends ProcessConfig {
  databaseUrl: string;
  client: { id: string; secret: string };
  publicUrl: URL;
  timeZone: string;
  sessionKeys: string;
  session: { idleMs: number; longestMs: number };
  services: Record<ServiceName, string>;
}

/** @throws ConfigurationError */
export function consoleConfig(env: Readonly<Record<string, string | undefined>>): ConsoleConfig {
  const of = readEnvironment(variables, env);
  const urls = { cases: of.CASES_URL, contacts: of.CONTACTS_URL, notifications: of.NOTIFICATIONS_URL };
  return {
    ...processConfig(of),
    databaseUrl: of.DATABASE_URL,
    client: { id: of.OIDC_CLIENT_ID, secret: of.OIDC_CLIENT_SECRET },
    publicUrl: of.CONSOLE_URL,
    timeZone: of.CONSOLE_TIME_ZONE,
    sessionKeys: of.SESSION_KEYS,
    session: { idleMs: of.SESSION_IDLE_MINUTES * 60_000, longestMs: of.SESSION_LONGEST_MINUTES * 60_000 },
    services: Object.fromEntries(services.map((name) => [name, urls[name]])) as Record<ServiceName, string>,
  };
}
