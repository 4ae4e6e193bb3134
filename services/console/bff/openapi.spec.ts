import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import openapiTypes, { astToString } from 'openapi-typescript';
import { consoleApi } from './openapi.js';

const own = new URL('../openapi.json', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
/** As `npm run api` writes them. */
const typesOf = async (document: URL): Promise<string> => astToString(await openapiTypes(document));

describe('what the web app knows of its servers', () => {
  it('openapi.json is what the routes say (else: npm run openapi)', async () => {
    expect(readFileSync(own, 'utf8')).toBe(await consoleApi());
  });

  it.each([
    ['console', own],
    ['cases', new URL('../../cases/openapi.json', import.meta.url)],
  ])('the types of %s are generated from its document (else: npm run api)', async (name, document) => {
    expect(read(`../web/api/${name}.gen.ts`)).toContain(await typesOf(document));
  });
});
