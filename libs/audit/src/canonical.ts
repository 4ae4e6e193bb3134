/** Plain data, as it comes back from a `jsonb` column. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * One text for one value, whatever the order of its fields (RFC 8785): fields sorted by UTF-16 code units, numbers and
 * texts as ECMAScript writes them, no blanks.
 * @throws TypeError for what JSON or `jsonb` can't keep unchanged: dates, bigints, NaN, whole numbers beyond 2^53, NUL
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalText(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value)) throw new TypeError('only plain JSON has a canonical form');
  const fields = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const inner = value[name];
      return inner === undefined ? [] : [`${canonicalText(name)}:${canonicalJson(inner)}`];
    });
  return `{${fields.join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a number in JSON is finite');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new TypeError('write large amounts as text');
  return JSON.stringify(value);
}

const loneSurrogate = /\p{Cs}/u;

function canonicalText(value: string): string {
  if (value.includes('\u0000') || loneSurrogate.test(value)) throw new TypeError('PostgreSQL keeps no such text');
  return JSON.stringify(value);
}

// Array.isArray does not narrow a readonly array away from the rest of the union.
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
