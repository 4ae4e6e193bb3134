import { createHash } from 'node:crypto';

/** JSON with the fields of every object in one order, so that equal content has equal text. `undefined` fields vanish. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

export const contentHash = (value: unknown): Buffer =>
  createHash('sha256').update(canonical(value)).digest().subarray(0, 16);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([one], [two]) => (one < two ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
