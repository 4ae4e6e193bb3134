/** What of a key press decides; the browser's event has it all. */
export interface Press {
  /** Place on the keyboard, whatever the layout or input method makes of it. */
  code: string;
  key: string;
  keyCode: number;
  isComposing: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  /** Typed into a field. */
  inField: boolean;
}

export interface Binding {
  /** `J`, `Shift+J`, `Ctrl+A`, `Enter`, `ArrowDown`, `[`, `?`, or two in a row: `g c`. */
  keys: string;
  title: string;
  run: () => void;
}

/** A press that may begin a sequence: `g`, then within a second another. */
export interface Pending {
  first: string;
  at: number;
}
export type Outcome = { do: 'nothing' } | { do: 'wait'; pending: Pending } | { do: 'run'; binding: Binding };

const sequenceMs = 1_000;
const signs: Record<string, string> = {
  BracketLeft: '[',
  BracketRight: ']',
  Slash: '/',
  Period: '.',
  Comma: ',',
  Space: 'Space',
};

/** One name a press: letters by their place, so that an input method or layout changes nothing. */
export function nameOf({ code, key, ctrlKey, metaKey, altKey, shiftKey }: Press): string | null {
  // A sign lies elsewhere on another layout, and is wide under a Chinese input method: it is known by itself.
  if (key === '?' || key === '\uff1f') return '?';
  if (altKey) return null;
  const base = /^Key([A-Z])$/.exec(code)?.[1] ?? /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? signs[code] ?? code;
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${shiftKey ? 'Shift+' : ''}${base}`;
}

/** The browser's own, which no page may take. */
const untouchable = new Set(['Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+L']);

/**
 * What a press means. Nothing while an input method composes, in a field, or, for keys without Ctrl, when single keys are
 * switched off.
 */
export function decide(
  press: Press,
  bindings: readonly Binding[],
  of: { pending: Pending | null; now: number; singleKeys: boolean },
): Outcome {
  const nothing = { do: 'nothing' } as const;
  if (press.isComposing || press.keyCode === 229) return nothing;
  const name = nameOf(press);
  if (name === null || untouchable.has(name)) return nothing;
  const withCtrl = name.startsWith('Ctrl+');
  if (!withCtrl && (press.inField || !of.singleKeys)) return nothing;
  const first = of.pending !== null && of.now - of.pending.at <= sequenceMs ? of.pending.first : null;
  const wanted = first === null ? name : `${first} ${name}`;
  const binding = bindings.find(({ keys }) => normal(keys) === wanted);
  if (binding !== undefined) return { do: 'run', binding };
  if (first === null && bindings.some(({ keys }) => normal(keys).startsWith(`${name} `)))
    return { do: 'wait', pending: { first: name, at: of.now } };
  return nothing;
}

/** Letters of bindings are written as people read them: `g c` is the keys G and C. */
const normal = (keys: string): string =>
  keys
    .split(' ')
    .map((key) => (/^[a-z]$/.test(key) ? key.toUpperCase() : key))
    .join(' ');
