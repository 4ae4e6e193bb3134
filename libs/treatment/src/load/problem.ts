import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from 'yaml';

/** A stable name of what is wrong; the console groups by it. */
export type ProblemCode =
  | 'SYNTAX'
  | 'SCHEMA'
  | 'BUCKETS'
  | 'UNKNOWN-STEP'
  | 'UNREACHABLE-STEP'
  | 'DUPLICATE-STEP'
  | 'UNKNOWN-TEMPLATE'
  | 'UNKNOWN-REFERENCE'
  | 'INCOMPLETE-STEP'
  | 'NOT-PERFORMABLE'
  | 'CONDITION-TYPE'
  | 'FOUR-EYES'
  | 'DATES'
  | 'EXPERIMENT'
  | 'EXAMPLE'
  | 'NO-DEFAULT'
  | 'NO-SINGLE-WINNER'
  | 'EFFECTIVE-OVERLAP';

export interface PolicyProblem {
  file: string;
  /** from 1 */
  line: number;
  column: number;
  path: (string | number)[];
  code: ProblemCode;
  message: { zh: string; en: string };
  fix?: string;
}

export type Path = (string | number)[];
export interface Finding {
  path: Path;
  code: ProblemCode;
  zh: string;
  en: string;
  fix?: string;
}

/** A policy file as text, with the place of everything in it. JSON is read as the YAML it is. */
export interface Source {
  file: string;
  value: unknown;
  syntax: PolicyProblem[];
  place(path: Path): { line: number; column: number };
}

export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const syntax = doc.errors.map((error): PolicyProblem => {
    const sentence = error.message.split('\n')[0] ?? error.code;
    return {
      file,
      ...at(error.pos[0]),
      path: [],
      code: 'SYNTAX',
      message: { zh: `文件无法解析：${sentence}`, en: sentence },
    };
  });
  return {
    file,
    value: syntax.length > 0 ? undefined : doc.toJS({ maxAliasCount: 100 }),
    syntax,
    place: (path) => at(offsetOf(doc, path)),
  };
}

/** Where a path begins in the text; for a path that is not there, the nearest thing around it. */
function offsetOf(doc: Document.Parsed, path: Path): number {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) break;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

function childOf(node: unknown, key: string | number): { node: unknown; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && (isScalar(item.key) ? item.key.value : item.key) === key);
    return pair === undefined ? undefined : { node: pair.value, offset: startOf(pair.key) };
  }
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  return undefined;
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

export const problemOf = (source: Source, { path, code, zh, en, fix }: Finding): PolicyProblem => ({
  file: source.file,
  ...source.place(path),
  path,
  code,
  message: { zh, en },
  ...(fix === undefined ? {} : { fix }),
});
