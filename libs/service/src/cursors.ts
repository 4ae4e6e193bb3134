import { z } from 'zod';
import { problem } from './problem.js';

/** Query parameters of every list: at most 200 rows a page, 50 unless told. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};

/** The place after the last row of a page, for the caller an opaque text. It carries sort keys and ids only, no names. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws ProblemError `invalid-input` for a cursor that this list never gave */
export function decodeCursor<Place>(schema: z.ZodType<Place>, cursor: string): Place {
  const parsed = schema.safeParse(readJson(cursor));
  if (parsed.success) return parsed.data;
  throw problem('invalid-input', 'The cursor is none of this list.', [{ path: 'cursor', message: 'not of this list' }]);
}

function readJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/**
 * Ask the database for `limit + 1` rows and hand them all in: the one too many tells that there is a next page.
 * @param placeOf the sort key and id of a row, as `decodeCursor` will read it
 */
export function page<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => unknown): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null };
}
