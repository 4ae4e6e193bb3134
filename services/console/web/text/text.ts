import { createContext, useContext } from 'react';
import { en } from './en.js';
import { zh, type Text } from './zh.js';

export type Language = 'zh' | 'en';
export const texts: Record<Language, Text> = { zh, en };
/** For the `lang` attribute and for `Intl`. */
export const localeOf: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

export const LanguageContext = createContext<Language>('zh');

export const useLanguage = (): Language => useContext(LanguageContext);
export const useText = (): Text => texts[useContext(LanguageContext)];

/** The word for a code that a service sent; a code that no word is known for is shown as it is. */
export function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}
