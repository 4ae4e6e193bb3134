/** The five states of work: colour, and a shape that tells them apart without it. */
export const states = {
  late: { text: '#ffffff', ground: '#b3261e', shape: '✖' },
  soon: { text: '#3d2b00', ground: '#ffcf4d', shape: '◔' },
  active: { text: '#002766', ground: '#a9cdfb', shape: '▶' },
  barred: { text: '#ffffff', ground: '#262626', shape: '⊘' },
  done: { text: '#00594a', ground: '#ffffff', shape: '✔' },
} as const;
export type WorkState = keyof typeof states;

export interface Palette {
  ground: string;
  raised: string;
  text: string;
  quiet: string;
  line: string;
  link: string;
  cursor: string;
  cursorText: string;
  focus: string;
  trouble: string;
}
export const palettes = {
  light: {
    ground: '#ffffff',
    raised: '#f6f7f9',
    text: '#1a1c1e',
    quiet: '#54595f',
    line: '#7a8087',
    link: '#0b4f9e',
    cursor: '#d7e6fc',
    cursorText: '#00204f',
    focus: '#0b4f9e',
    trouble: '#9b1c15',
  },
  dark: {
    ground: '#131416',
    raised: '#1e2023',
    text: '#eceef0',
    quiet: '#b0b6bd',
    line: '#7d848c',
    link: '#9cc5ff',
    cursor: '#173b66',
    cursorText: '#eaf3ff',
    focus: '#9cc5ff',
    trouble: '#ffb0a8',
  },
} as const satisfies Record<'light' | 'dark', Palette>;

/** The palette as custom properties, to which our one style sheet refers. */
export function customProperties(palette: Palette): [name: string, value: string][] {
  const own = Object.entries(palette).map(([name, value]): [string, string] => [`--${kebab(name)}`, value as string]);
  const work = Object.entries(states).flatMap(([name, { text, ground }]): [string, string][] => [
    [`--${name}-text`, text],
    [`--${name}-ground`, ground],
  ]);
  return [...own, ...work];
}
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
