import { describe, expect, it } from '@jest/globals';
import { decide, type Binding, type Press } from './keys.js';

const press = (code: string, more: Partial<Press> = {}): Press => ({
  ...{ code, key: '', keyCode: 0, isComposing: false, inField: false },
  ...{ ctrlKey: false, altKey: false, metaKey: false, shiftKey: false },
  ...more,
});
const bind = (keys: string): Binding => ({ keys, title: keys, run: () => undefined });
const bindings = ['J', 'Shift+J', 'Ctrl+K', 'g c', '?', '[', 'Enter', '1'].map(bind);
const ask = (one: Press, more: Partial<Parameters<typeof decide>[2]> = {}) => {
  const outcome = decide(one, bindings, { pending: null, now: 0, singleKeys: true, ...more });
  return outcome.do === 'run' ? outcome.binding.keys : outcome.do;
};

describe('keys', () => {
  it.each([
    ['a letter', press('KeyJ'), 'J'],
    ['a letter with Shift', press('KeyJ', { shiftKey: true }), 'Shift+J'],
    ['Ctrl, or the command key of a Mac', press('KeyK', { metaKey: true }), 'Ctrl+K'],
    ['a sign', press('BracketLeft'), '['],
    ['the question mark, wherever it lies', press('Minus', { key: '?', shiftKey: true }), '?'],
    ['the wide one of an input method', press('Slash', { key: '？', shiftKey: true }), '?'],
    ['a digit of the pad', press('Numpad1'), '1'],
  ])('know %s', (_what, one, keys) => {
    expect(ask(one)).toBe(keys);
  });

  it('go by the place on the keyboard, not by what a layout or input method writes', () => {
    expect(ask(press('KeyJ', { key: 'о' }))).toBe('J');
  });

  it('do nothing while an input method composes', () => {
    expect(ask(press('Enter', { isComposing: true }))).toBe('nothing');
    expect(ask(press('KeyJ', { keyCode: 229 }))).toBe('nothing');
  });

  it('leave fields alone, but for those with Ctrl', () => {
    expect(ask(press('KeyJ', { inField: true }))).toBe('nothing');
    expect(ask(press('KeyK', { inField: true, ctrlKey: true }))).toBe('Ctrl+K');
  });

  it('can be switched off where they are single', () => {
    expect(ask(press('KeyJ'), { singleKeys: false })).toBe('nothing');
    expect(ask(press('KeyK', { ctrlKey: true }), { singleKeys: false })).toBe('Ctrl+K');
  });

  it('wait a second for the rest of a sequence', () => {
    expect(ask(press('KeyG'))).toBe('wait');
    expect(ask(press('KeyC'), { pending: { first: 'G', at: 0 }, now: 900 })).toBe('g c');
    expect(ask(press('KeyC'), { pending: { first: 'G', at: 0 }, now: 1_500 })).toBe('nothing');
  });

  it('never take the browser its own', () => {
    expect(
      decide(press('KeyW', { ctrlKey: true }), [bind('Ctrl+W')], { pending: null, now: 0, singleKeys: true }).do,
    ).toBe('nothing');
  });
});
