import { writeFileSync } from 'node:fs';
import { casesApi } from './openapi.js';

/** `npm run openapi`, after a change of a route or of a schema. */
writeFileSync(new URL('../openapi.json', import.meta.url), await casesApi());
