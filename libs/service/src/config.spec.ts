import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, serviceConfig } from './config.js';
import { parseRoles, processRoles } from './process-roles.js';
import { goodEnvironment } from './environment.fixture.js';

const problems = (env: Record<string, string | undefined>, require: Parameters<typeof serviceConfig>[1] = {}) => {
  try {
    serviceConfig(env, require);
    return [];
  } catch (failure) {
    if (!(failure instanceof ConfigurationError)) throw failure;
    return failure.problems;
  }
};

describe('the environment of a service', () => {
  it('is read whole, with defaults where something usual will do', () => {
    const config = serviceConfig(goodEnvironment);
    expect(config).toMatchObject({
      port: 7401,
      kafka: { brokers: ['127.0.0.1:9092', 'b2:9093'], prefix: '' },
      temporal: { address: '127.0.0.1:7233', namespace: 'default', queueSuffix: '' },
      oidc: { issuer: 'http://127.0.0.1:7405', audience: 'arrears' },
      clockPath: undefined,
      log: { level: 'info' },
      tracing: { endpoint: undefined, sampleRatio: 0.05 },
      drainSeconds: 25,
      serviceClient: undefined,
    });
    expect(config.idKey).toEqual(Buffer.alloc(32, 1));
  });

  it('is refused with every fault at once, by name and without a value', () => {
    const secret = 'mysql://user:secret@host/db';
    const found = problems({
      ...goodEnvironment,
      PORT: '70000',
      DATABASE_URL: secret,
      KAFKA_BROKERS: '',
      TZ: undefined,
    });
    expect(found).toEqual([
      'DATABASE_URL must be a URL that begins with postgres://',
      'KAFKA_BROKERS is missing',
      'PORT must be a port number',
      'TZ is missing',
    ]);
    expect(new ConfigurationError(found).message).not.toContain('secret');
  });

  it.each([
    ['ARREARS_ID_KEY', 'c2hvcnQ='],
    ['METRICS_PORT', '9090x'],
    ['OIDC_ISSUER', 'localhost'],
    ['TEMPORAL_ADDRESS', 'localhost'],
    ['KAFKA_BROKERS', 'localhost,other'],
    ['LOG_LEVEL', 'loud'],
    ['TZ', 'Asia/Shanghai'],
    ['DRAIN_SECONDS', '0'],
    ['TRACE_SAMPLE_RATIO', '2'],
  ])('may not have %s=%s', (name, value) => {
    expect(problems({ ...goodEnvironment, [name]: value })).toEqual([expect.stringContaining(`${name} must be`)]);
  });

  it('must have what this service can not live without', () => {
    expect(problems(goodEnvironment, { require: ['CONTACTS_URL', 'PROVIDERS'] })).toEqual([
      'CONTACTS_URL is missing',
      'PROVIDERS is missing',
    ]);
    const config = serviceConfig({
      ...goodEnvironment,
      OIDC_TOKEN_URL: 'http://idp/token',
      OIDC_CLIENT_ID: 'notifications',
      OIDC_CLIENT_SECRET: 'x',
    });
    expect(config.serviceClient).toEqual({
      tokenUrl: 'http://idp/token',
      clientId: 'notifications',
      clientSecret: 'x',
    });
  });
});

describe('the roles of a process', () => {
  it('are all when none is named, else those named', () => {
    expect([...parseRoles([], processRoles)]).toEqual([...processRoles]);
    expect([...parseRoles(['worker', 'api'], processRoles)]).toEqual(['api', 'worker']);
  });

  it('are refused when the service has no such role', () => {
    expect(() => parseRoles(['worker', 'boss'], ['api', 'relay'])).toThrow(
      'no such role: worker, boss; there are api, relay',
    );
  });
});
