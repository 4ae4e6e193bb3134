import { z } from 'zod';

/** A search of plain texts: `stage=letter&sort=-dpd`. No JSON in addresses: people read and send them. */
export type Flat = Record<string, string>;

export function parseFlat(search: string): Flat {
  return Object.fromEntries(new URLSearchParams(search));
}

/** One state, one address: fixed order, defaults left out. */
export function stringifyFlat(search: Readonly<Record<string, unknown>>, order: readonly string[]): string {
  const known = order.filter((name) => name in search);
  const others = Object.keys(search)
    .filter((name) => !order.includes(name))
    .sort();
  const params = new URLSearchParams();
  for (const name of [...known, ...others]) {
    const value = search[name];
    if (value === undefined || value === null || value === '') continue;
    params.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** What a screen's address may say. A field that can't be read is left out, and the page names it. */
export function searchOf<Shape extends z.ZodRawShape>(shape: Shape) {
  type Search = { [Name in keyof Shape]?: z.infer<Shape[Name]> | undefined };
  return {
    order: Object.keys(shape),
    parse: (raw: Readonly<Record<string, unknown>>): Search =>
      Object.fromEntries(
        Object.entries(shape).flatMap(([name, schema]) => {
          if (raw[name] === undefined) return [];
          const found = (schema as z.ZodType).safeParse(raw[name]);
          return found.success ? [[name, found.data]] : [];
        }),
      ) as Search,
    /** Names of what was given and can not be read. */
    unreadable: (raw: Readonly<Record<string, unknown>>): string[] =>
      Object.entries(shape)
        .filter(([name, schema]) => raw[name] !== undefined && !(schema as z.ZodType).safeParse(raw[name]).success)
        .map(([name]) => name),
  };
}
