import { describe, expect, it } from '@jest/globals';
import { consoleConfig } from './config.js';

const good = {
  ...{ PORT: '7400', METRICS_PORT: '7420', TZ: 'UTC', DATABASE_URL: 'postgres://console@127.0.0.1/console' },
  ...{
    OIDC_ISSUER: 'https://idp.bank.example',
    OIDC_CLIENT_ID: 'console',
    OIDC_CLIENT_SECRET: 's',
    SESSION_KEYS: '/k',
  },
  ...{ CONSOLE_URL: 'https://console.bank.example', CASES_URL: 'http://cases:8080' },
  ...{ CONTACTS_URL: 'http://contacts:8080', NOTIFICATIONS_URL: 'http://notifications:8080' },
};

describe("the console's environment", () => {
  it('is read once', () => {
    const config = consoleConfig(good);
    expect(config.session).toEqual({ idleMs: 1_800_000, longestMs: 36_000_000 });
    expect(config.services).toEqual({
      cases: 'http://cases:8080',
      contacts: 'http://contacts:8080',
      notifications: 'http://notifications:8080',
    });
  });

  it.each(['http://127.0.0.1:7400', 'http://localhost:7400'])('lets the console be reached at %s', (url) => {
    expect(consoleConfig({ ...good, CONSOLE_URL: url }).publicUrl.origin).toBe(url);
  });

  it('refuses an address at which the cookie would go in clear', () => {
    expect(() => consoleConfig({ ...good, CONSOLE_URL: 'http://console.bank.example' })).toThrow(
      'CONSOLE_URL must be an https address',
    );
  });

  it('names everything that is missing', () => {
    expect(() => consoleConfig({ TZ: 'UTC' })).toThrow(/CASES_URL is missing[\s\S]*SESSION_KEYS is missing/);
  });
});
