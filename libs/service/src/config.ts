import { z } from 'zod';

/** One server name and port, or several with commas. */
const brokers = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'host:port, several with commas')
  .transform((list) => list.split(','));
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a port number')
  .transform(Number)
  .refine((number) => number <= 65_535, 'a port number');
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'a URL that begins with postgres://');
const httpUrl = z.string().regex(/^https?:\/\/\S+$/, 'a URL that begins with http:// or https://');
const path = z.string().min(1);
const text = z.string().min(1);
/** `AGR-1=3,AGR-2=0.5`. */
const shares = z
  .string()
  .regex(
    /^[^=,]{1,200}=\d{1,3}(\.\d{1,3})?(,[^=,]{1,200}=\d{1,3}(\.\d{1,3})?)*$/,
    'agreement=weight, several with commas',
  )
  .transform((list) => new Map(list.split(',').map((one) => [one.split('=')[0] ?? '', Number(one.split('=')[1])])))
  .refine((weights) => [...weights.values()].every((weight) => weight > 0), 'weights above zero');
const key32 = z
  .string()
  .transform((base64) => Buffer.from(base64, 'base64'))
  .refine((key) => key.length === 32, '32 bytes in base64');

const variables = z.object({
  PORT: port,
  METRICS_PORT: port,
  /** Of Temporal's SDK, which has a server of its own. */
  TEMPORAL_METRICS_PORT: port.optional(),
  DATABASE_URL: databaseUrl,
  KEYS_DATABASE_URL: databaseUrl,
  KAFKA_BROKERS: brokers,
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, dashes')
    .default(''),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, 'host:port'),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_QUEUE_SUFFIX: z.string().default(''),
  OIDC_ISSUER: httpUrl,
  OIDC_AUDIENCE: text.default('arrears'),
  OIDC_TOKEN_URL: httpUrl.optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  ARREARS_CLOCK: path.optional(),
  ARREARS_ID_KEY: key32,
  ARREARS_MASTER_KEYS: path,
  ARREARS_CODEC_KEYS: path,
  CONTACTS_URL: httpUrl.optional(),
  PROVIDERS: path.optional(),
  SENDING_SPREAD_MINUTES: z.coerce.number().min(0).max(720).default(30),
  SENDING_SHARES: shares.default(new Map()),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  TRACE_SAMPLE_RATIO: z.coerce.number().min(0).max(1).default(0.05),
  DRAIN_SECONDS: z.coerce.number().min(1).max(600).default(25),
  /** Of the process, for logs: set by the image and the chart. */
  ARREARS_VERSION: text.optional(),
  ARREARS_BUILD: text.optional(),
  POD_NAME: text.optional(),
  TZ: z.literal('UTC', 'UTC: a process in another time zone would compute other days'),
});
type Variables = z.infer<typeof variables>;
/** Variables that only some services need; each names its own. */
export type OptionalVariable = {
  [Name in keyof Variables]-?: undefined extends Variables[Name] ? Name : never;
}[keyof Variables];

export interface ServiceConfig {
  /** 0 takes a free one. */
  port: number;
  metricsPort: number;
  /** Absent: the SDK's own metrics are not kept. */
  temporalMetricsPort: number | undefined;
  databaseUrl: string;
  keysDatabaseUrl: string;
  kafka: { brokers: string[]; prefix: string };
  temporal: { address: string; namespace: string; queueSuffix: string };
  oidc: { issuer: string; audience: string };
  /** Path of the clock's file; absent means the real clock. */
  clockPath: string | undefined;
  idKey: Buffer;
  /** Paths of key rings. */
  masterKeys: string;
  codecKeys: string;
  log: { level: 'debug' | 'info' | 'warn' | 'error' | 'silent' };
  tracing: { endpoint: string | undefined; sampleRatio: number };
  /** Longest orderly stop. */
  drainSeconds: number;
  process: { version: string | undefined; build: string | undefined; pod: string | undefined };
  /** Credentials for calls to other services; the variables may be required by name. */
  serviceClient: { tokenUrl: string; clientId: string; clientSecret: string } | undefined;
  contactsUrl: string | undefined;
  /** Path of the file that lists the providers of messages with their secrets: `notifications` reads it. */
  providers: string | undefined;
  sending: {
    /** Business time over which messages leave that waited for the same moment, such as the end of the quiet hours. */
    spreadMs: number;
    /** Weights of clients in what leaves, by agreement; 1 where nothing is told. */
    weights: ReadonlyMap<string, number>;
  };
}

/** Every bad variable in one message, so that a deployment is repaired in one round. Values are never repeated. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not as it should be:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Reads the environment once, at start.
 * @param options.require optional variables that this service can't live without
 * @throws ConfigurationError
 */
export function serviceConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: { require?: readonly OptionalVariable[] } = {},
): ServiceConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = variables.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => sentence(issue, given));
  for (const name of options.require ?? []) if (given[name] === undefined) problems.push(`${name} is missing`);
  if (!parsed.success || problems.length > 0) throw new ConfigurationError([...new Set(problems)].sort());
  return shaped(parsed.data);
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  return given[name] === undefined ? `${name} is missing` : `${name} must be ${issue.message}`;
}

function shaped(of: Variables): ServiceConfig {
  const { OIDC_TOKEN_URL: tokenUrl, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = of;
  return {
    port: of.PORT,
    metricsPort: of.METRICS_PORT,
    temporalMetricsPort: of.TEMPORAL_METRICS_PORT,
    databaseUrl: of.DATABASE_URL,
    keysDatabaseUrl: of.KEYS_DATABASE_URL,
    kafka: { brokers: of.KAFKA_BROKERS, prefix: of.KAFKA_TOPIC_PREFIX },
    temporal: {
      address: of.TEMPORAL_ADDRESS,
      namespace: of.TEMPORAL_NAMESPACE,
      queueSuffix: of.TEMPORAL_QUEUE_SUFFIX,
    },
    oidc: { issuer: of.OIDC_ISSUER, audience: of.OIDC_AUDIENCE },
    clockPath: of.ARREARS_CLOCK,
    idKey: of.ARREARS_ID_KEY,
    masterKeys: of.ARREARS_MASTER_KEYS,
    codecKeys: of.ARREARS_CODEC_KEYS,
    log: { level: of.LOG_LEVEL },
    tracing: { endpoint: of.OTEL_EXPORTER_OTLP_ENDPOINT, sampleRatio: of.TRACE_SAMPLE_RATIO },
    drainSeconds: of.DRAIN_SECONDS,
    process: { version: of.ARREARS_VERSION, build: of.ARREARS_BUILD, pod: of.POD_NAME },
    serviceClient: tokenUrl && clientId && clientSecret ? { tokenUrl, clientId, clientSecret } : undefined,
    contactsUrl: of.CONTACTS_URL,
    providers: of.PROVIDERS,
    sending: { spreadMs: of.SENDING_SPREAD_MINUTES * 60_000, weights: of.SENDING_SHARES },
  };
}
