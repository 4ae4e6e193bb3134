import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { casesApi } from './openapi.js';

describe('openapi.json', () => {
  it('is what the routes say (else: npm run openapi)', async () => {
    expect(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')).toBe(await casesApi());
  });
});
