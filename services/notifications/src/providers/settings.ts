import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The providers of an installation: one JSON file, named by the variable `PROVIDERS`, a list in order of preference. Two
 * of a kind are two entries. A secret stands in the file itself (then the whole file is one), in a file of its own
 * (`{"file": "/run/secrets/sms-key"}`) or in a variable (`{"env": "SMS_KEY"}`).
 */
export class ProvidersError extends Error {
  override readonly name = 'ProvidersError';
}

type Env = Readonly<Record<string, string | undefined>>;

const secretSource = z.union([
  z.string().min(1),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
]);
const common = {
  /** Also the last part of the addresses for its receipts and replies. */
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and dashes'),
  /** Messages a second in the long run. */
  ratePerSecond: z.number().positive().max(10_000),
};
const http = {
  ...common,
  url: z.string().regex(/^https?:\/\/\S+$/, 'a URL that begins with http:// or https://'),
  apiKey: secretSource,
  /** Signs receipts and replies, both ways. */
  receiptSecret: secretSource,
  timeoutMs: z.int().min(500).max(10_000).optional(),
};
const smpp = z.strictObject({
  ...common,
  kind: z.literal('smpp'),
  url: z.string().regex(/^s?smpp:\/\/\S+$/, 'smpp://host:port, or ssmpp:// with TLS'),
  systemId: z.string().min(1).max(15),
  /** SMPP 3.4 allows eight characters. */
  password: secretSource,
  systemType: z.string().max(12).default(''),
  /** The number or name that the phone shows. */
  source: z.string().min(1).max(20),
  /** Submissions without an answer at a time. */
  window: z.int().min(1).max(1_000).default(10),
  enquireLinkMs: z.int().min(1_000).max(300_000).default(30_000),
  timeoutMs: z.int().min(500).max(9_000).default(5_000),
  /** Text over one segment: as one submission with `message_payload`, or cut by us, with a user data header. */
  longText: z.enum(['payload', 'udh']).default('payload'),
  /** Tag (0x1400-0x3fff) of the centre's own parameter that carries our reference there and back, when it has one. */
  referenceTag: z.int().min(0x1400).max(0x3fff).optional(),
  /** Of the dates in receipts, against UTC. */
  utcOffsetMinutes: z.int().min(-720).max(840).default(0),
  /** What the centre's own command statuses mean, by their number in decimal. */
  statuses: z
    .record(z.string().regex(/^\d{1,10}$/), z.enum(['throttled', 'message', 'no-such-number', 'provider']))
    .default({}),
});
const smtp = z.strictObject({
  ...common,
  kind: z.literal('smtp'),
  url: z.string().regex(/^smtps?:\/\/\S+$/, 'smtp://host:port, or smtps:// with TLS from the start'),
  user: z.string().optional(),
  password: secretSource.optional(),
  /** `required`: no message without STARTTLS; `none` only where relay and service share a machine. */
  tls: z.enum(['required', 'none']).default('required'),
  from: z.strictObject({ name: z.string().min(1).max(100), address: z.email() }),
  connections: z.int().min(1).max(50).default(5),
  timeoutMs: z.int().min(500).max(9_000).default(8_000),
  /** Where bounces and replies come in: our own SMTP door, to which the relay or the MX of `domain` hands over. */
  returnPath: z.strictObject({
    domain: z.string().regex(/^[a-z0-9.-]{1,190}$/),
    host: z.string().default('127.0.0.1'),
    port: z.int().min(0).max(65_535),
    /** Marks our return addresses, so that nobody else can make one up. */
    secret: secretSource,
  }),
});
const providers = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({ ...http, kind: z.literal('http-sms') }),
      smpp,
      smtp,
      z.strictObject({ ...http, kind: z.literal('mail-house') }),
      z.strictObject({ ...http, kind: z.literal('http-voice') }),
    ]),
  )
  .min(1)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'every provider has an id of its own');

type Read = z.infer<typeof providers>[number];
type Known<T> = T extends object
  ? {
      [Key in keyof T]: Key extends 'apiKey' | 'receiptSecret' | 'password' | 'secret'
        ? ReadSecret<T[Key]>
        : Known<T[Key]>;
    }
  : T;
type ReadSecret<T> = undefined extends T ? string | undefined : string;
export type ProviderSettings = Read extends infer One ? (One extends object ? Known<One> : never) : never;

/**
 * Reads the file and every secret it points to, once, at start.
 * @throws ProvidersError with every problem and none of the values
 */
export function readProviderSettings(path: string, env: Env): ProviderSettings[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ProvidersError(`PROVIDERS: ${path} can't be read as JSON`);
  }
  const parsed = providers.safeParse(content);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path: place, message }) => `  ${place.join('.')}: ${message}`);
    throw new ProvidersError(`PROVIDERS: ${path} is not as it should be:\n${lines.join('\n')}`);
  }
  return parsed.data.map((one) => resolved(one, env, one.id) as ProviderSettings);
}

/** Replaces each secret's source by the secret. */
function resolved(value: unknown, env: Env, place: string): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && (first?.[0] === 'file' || first?.[0] === 'env'))
    return secret(first[0], String(first[1]), env, place);
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolved(inner, env, `${place}.${key}`)]));
}

function secret(source: 'file' | 'env', name: string, env: Env, place: string): string {
  const value = source === 'env' ? env[name] : readSecretFile(name, place);
  if (!value)
    throw new ProvidersError(`PROVIDERS: ${place}: ${source === 'env' ? 'variable' : 'file'} ${name} is empty`);
  return value;
}

function readSecretFile(name: string, place: string): string {
  try {
    return readFileSync(name, 'utf8').trim();
  } catch {
    throw new ProvidersError(`PROVIDERS: ${place}: file ${name} can't be read`);
  }
}
