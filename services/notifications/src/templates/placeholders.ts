/**
 * `{name}`, or `{name? text shown only when it is given, {name} included }`. Read once into parts, so that what a value
 * contains is never looked at again.
 */
export type Part =
  { kind: 'text'; text: string } | { kind: 'value'; name: string } | { kind: 'when'; name: string; parts: Part[] };
export type ParsedText = { ok: true; parts: Part[] } | { ok: false; at: number };

const open = /\{([a-zA-Z][a-zA-Z0-9]*)([?}])/y;

/** `at` is where a brace stands that belongs to no placeholder. */
export function parseText(text: string): ParsedText {
  const parsed = parseFrom(text, 0, false);
  return typeof parsed === 'number' ? { ok: false, at: parsed } : { ok: true, parts: parsed.parts };
}

function parseFrom(text: string, from: number, inside: boolean): { parts: Part[]; end: number } | number {
  const parts: Part[] = [];
  let at = from;
  const plain = (until: number) => {
    if (until > at) parts.push({ kind: 'text', text: text.slice(at, until) });
  };
  for (;;) {
    const brace = nextBrace(text, at);
    plain(brace);
    if (brace === text.length) return inside ? from : { parts, end: brace };
    if (text[brace] === '}') return inside ? { parts, end: brace + 1 } : brace;
    open.lastIndex = brace;
    const match = open.exec(text);
    const name = match?.[1];
    if (name === undefined) return brace;
    if (match?.[2] === '}') {
      parts.push({ kind: 'value', name });
      at = open.lastIndex;
      continue;
    }
    // One level is enough for any sentence, and two are hard to read.
    if (inside) return brace;
    const inner = parseFrom(text, open.lastIndex, true);
    if (typeof inner === 'number') return inner;
    parts.push({ kind: 'when', name, parts: inner.parts });
    at = inner.end;
  }
}

function nextBrace(text: string, from: number): number {
  const at = text.slice(from).search(/[{}]/);
  return at === -1 ? text.length : from + at;
}

/** Names that a text mentions, and those it shows whatever is given. */
export function namesIn(parts: readonly Part[]): { all: Set<string>; always: Set<string> } {
  const always = new Set(parts.flatMap((part) => (part.kind === 'value' ? [part.name] : [])));
  const inner = parts.flatMap((part) => (part.kind === 'when' ? [part.name, ...namesIn(part.parts).all] : []));
  return { all: new Set([...always, ...inner]), always };
}
