import { theme as antd, type ThemeConfig } from 'antd';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { customProperties, palettes } from './tokens.js';

export type ThemeName = 'light' | 'dark';

/** Whether the system wishes it, now and when it changes its mind. */
function useWish(query: string): boolean {
  const [list] = useState(() => window.matchMedia(query));
  const subscribe = useCallback(
    (listener: () => void) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [list],
  );
  return useSyncExternalStore(subscribe, () => list.matches);
}

/** The theme a person chose, or the system's. */
export function useThemeName(wish: 'system' | ThemeName): ThemeName {
  const dark = useWish('(prefers-color-scheme: dark)');
  return wish === 'system' ? (dark ? 'dark' : 'light') : wish;
}

/** antd's tokens and our own custom properties from the same palette. */
export function useTheme(name: ThemeName): ThemeConfig {
  const calm = useWish('(prefers-reduced-motion: reduce)');
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
        // Whoever asked his system for calm gets it; nobody else needs to wait for a menu either.
        motion: !calm,
        motionDurationMid: '0.1s',
        motionDurationSlow: '0.1s',
      },
    };
  }, [name, calm]);
}
