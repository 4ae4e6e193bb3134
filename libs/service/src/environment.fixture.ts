/** The least that a service's process needs. */
export const goodEnvironment: Record<string, string | undefined> = {
  PORT: '7401',
  METRICS_PORT: '7421',
  DATABASE_URL: 'postgres://cases@127.0.0.1:5432/cases',
  KEYS_DATABASE_URL: 'postgres://keys@127.0.0.1:5432/keys',
  KAFKA_BROKERS: '127.0.0.1:9092,b2:9093',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  OIDC_ISSUER: 'http://127.0.0.1:7405',
  ARREARS_ID_KEY: Buffer.alloc(32, 1).toString('base64'),
  ARREARS_MASTER_KEYS: '/keys/master.json',
  ARREARS_CODEC_KEYS: '/keys/codec.json',
  TZ: 'UTC',
};
