// Writes the policy language as JSON Schema beside the package; a test fails while the file is behind the code.
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from '../dist/index.js';

const target = new URL('../schemas/policy.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
