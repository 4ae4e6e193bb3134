import { describe, expect, it } from '@jest/globals';
import { palettes, states } from './tokens.js';

/** Relative luminance and contrast as WCAG 2 defines them. */
const channel = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

describe('colours', () => {
  it.each(Object.entries(palettes))('of text can be read in the %s theme', (_name, palette) => {
    for (const ground of [palette.ground, palette.raised]) {
      for (const text of [palette.text, palette.quiet, palette.link, palette.trouble])
        expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
      for (const line of [palette.line, palette.focus]) expect(contrast(line, ground)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(palette.cursorText, palette.cursor)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(Object.entries(states))('of the state %s can be read', (_name, { text, ground }) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('of the five states differ in lightness, so that grey tells them apart, and each has a shape of its own', () => {
    const lights = Object.values(states)
      .map(({ ground }) => luminance(ground))
      .sort((a, b) => a - b);
    lights.slice(1).forEach((light, i) => expect(light - (lights[i] ?? 0)).toBeGreaterThan(0.05));
    expect(new Set(Object.values(states).map(({ shape }) => shape)).size).toBe(5);
  });
});
