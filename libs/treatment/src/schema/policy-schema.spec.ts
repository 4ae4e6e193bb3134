import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { policyJsonSchema, policySchema } from './policy-schema.js';

describe('the policy language as JSON Schema', () => {
  const file = new URL('../../schemas/policy.schema.json', import.meta.url);

  it('is checked in as the code has it (npm run schema -w @arrears/treatment writes it)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  it('is closed: every object refuses keys it does not know', () => {
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const object = node as Record<string, unknown>;
      if (object['type'] === 'object' && 'properties' in object && object['additionalProperties'] !== false)
        open.push(path);
      for (const [key, value] of Object.entries(object)) walk(value, `${path}/${key}`);
    };
    walk(policyJsonSchema(), '');
    expect(open).toEqual([]);
  });

  it('names the unknown key', () => {
    const result = policySchema.safeParse({ id: 'p', surprise: 1 });
    expect(result.error?.issues.some((issue) => issue.code === 'unrecognized_keys')).toBe(true);
  });
});
