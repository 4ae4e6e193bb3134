import { theme as antd, type ThemeConfig } from 'antd';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { customProperties, palettes } from './tokens.js';

export type ThemeName = 'light' | 'dark';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const subscribe = (listener: () => void): (() => void) => {
  prefersDark.addEventListener('change', listener);
  return () => prefersDark.removeEventListener('change', listener);
};

/** The theme a person chose, or the system's. */
export function useThemeName(wish: 'system' | ThemeName): ThemeName {
  const dark = useSyncExternalStore(subscribe, () => prefersDark.matches);
  return wish === 'system' ? (dark ? 'dark' : 'light') : wish;
}

/** antd's tokens and our own custom properties from the same palette. */
export function useTheme(name: ThemeName): ThemeConfig {
  useEffect(() => {
    const { documentElement } = document;
    documentElement.dataset['theme'] = name;
    documentElement.style.colorScheme = name;
    for (const [property, value] of customProperties(palettes[name]))
      documentElement.style.setProperty(property, value);
  }, [name]);
  return useMemo(() => {
    const { ground, raised, text, quiet, line, link, trouble } = palettes[name];
    return {
      algorithm: name === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
      token: {
        fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
        fontSize: 14,
        lineHeight: 20 / 14,
        controlHeight: 28,
        borderRadius: 4,
        colorBgBase: ground,
        colorBgContainer: ground,
        colorBgElevated: raised,
        colorTextBase: text,
        colorTextSecondary: quiet,
        colorTextDescription: quiet,
        colorTextPlaceholder: quiet,
        colorBorder: line,
        colorPrimary: link,
        colorLink: link,
        colorError: trouble,
        // Whoever asked his system for calm gets it: see the style sheet. Nobody needs to wait for a menu.
        motionDurationMid: '0.1s',
        motionDurationSlow: '0.1s',
      },
    };
  }, [name]);
}
