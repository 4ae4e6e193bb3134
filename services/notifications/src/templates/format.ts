import { formatMoney, fromJson } from '@arrears/money';
import type { Amount, Cell, cellTypes, Language, Row, Value, Variable } from './shape.js';

/** How values are shown in each language, and how they are made harmless for the medium they go into. */

export type Medium = 'sms' | 'voiceBot' | 'email' | 'letter';

const months = 'January February March April May June July August September October November December'.split(' ');

/** `2026年12月8日`, `8 December 2026`. */
export function showDate(date: string, language: Language): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return language === 'zh' ? `${year}年${month}月${day}日` : `${day} ${months[month - 1] ?? ''} ${year}`;
}

/** `CNY 1,234.50` in both languages: the ISO code first, because one debtor may owe in two currencies. */
export function showMoney(of: Amount): string {
  const amount = fromJson(of);
  const [whole = '', decimals] = formatMoney(amount).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${amount.currency} ${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}

/**
 * What could change how the text around it is read is taken out of a value: line breaks, control and direction marks,
 * and in an SMS the brackets in which networks look for the sender's signature.
 */
export function harmless(value: string, medium: Medium): string {
  const plain = value
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Co}\p{Cs}\p{Cn}]+/gu, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  return medium === 'sms' ? plain.replaceAll('【', '[').replaceAll('】', ']') : plain;
}

/** A value that stands in a sentence. */
export function showValue(of: Variable, value: Value, language: Language, medium: Medium): string {
  switch (of.type) {
    case 'list':
      return (value as readonly string[]).map((item) => harmless(item, medium)).join(language === 'zh' ? '；' : '; ');
    case 'money':
      return [value]
        .flat()
        .map((one) => showMoney(one as Amount))
        .join(language === 'zh' ? '、' : ' and ');
    case 'rows':
      return (value as readonly Row[]).map((row) => showRow(of, row, language, medium).join(' ')).join('\n');
    default:
      return showCell(of.type, value as Cell, language, medium);
  }
}

export function showRow(of: Variable, row: Row, language: Language, medium: Medium): string[] {
  return Object.entries(of.columns ?? {}).map(([name, { type }]) => showCell(type, row[name] ?? '', language, medium));
}

function showCell(type: (typeof cellTypes)[number], cell: Cell, language: Language, medium: Medium): string {
  if (typeof cell === 'object') return showMoney(cell);
  return type === 'date' ? showDate(String(cell), language) : harmless(String(cell), medium);
}

/** A text for HTML: what is between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => named[character] ?? '');
}
