import type { Database } from '@arrears/persistence';

type Marks = Readonly<Record<string, string>>;

/** The names of the marks that a text contains, as they are or as base64, hex or percent-encoding would show them. */
export function findIn(text: string, marks: Marks): string[] {
  return Object.entries(marks)
    .filter(([, mark]) => spellings(mark).some((spelling) => text.includes(spelling)))
    .map(([name]) => name);
}

/** Tables in which a row shows a mark, in text, JSON or bytes: a row cast to text has its bytes in hex. */
export async function rowsWith(database: Database, marks: Marks): Promise<{ tables: number; found: string[] }> {
  const tables = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const patterns = Object.values(marks).flatMap((mark) => spellings(mark).map((spelling) => `%${spelling}%`));
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${name} AS row WHERE row::text LIKE ANY ($1::text[])`,
      [patterns],
    );
    if ((row?.n ?? 0) > 0) found.push(name);
  }
  return { tables: tables.length, found };
}

function spellings(mark: string): string[] {
  const bytes = Buffer.from(mark, 'utf8');
  const escaped = [...mark].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return [mark, bytes.toString('hex'), encodeURIComponent(mark), escaped, base64Core(bytes)];
}

/** What base64 shows of the bytes when they begin at a multiple of three: enough for a value encoded by itself. */
const base64Core = (bytes: Buffer): string => bytes.toString('base64').replace(/.{1,2}=*$/, '');
