/**
 * JSON with sorted keys and no spaces: equal values are equal text, whatever order their keys were written in. Callers
 * hash it. Values JSON can't hold (functions, undefined in objects) are left out; bigint throws TypeError.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
