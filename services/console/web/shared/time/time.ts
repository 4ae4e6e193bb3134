export type TimeLanguage = 'zh' | 'en';

/** Weekdays and months are spelled here and not by `Intl`: the two languages order the parts in their own way. */
const weekdays: Record<TimeLanguage, readonly string[]> = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
};
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Parts {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}
const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(ms: number, zone: string): Parts {
  const known = formats.get(zone);
  const two = '2-digit' as const;
  const format =
    known ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric' },
      ...{ month: two, day: two, hour: two, minute: two, second: two },
    });
  formats.set(zone, format);
  return Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value])) as unknown as Parts;
}

const weekdayOf = ({ year, month, day }: Parts): number => new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDay();

function dateText(parts: Parts, language: TimeLanguage): string {
  const weekday = weekdays[language][weekdayOf(parts)] ?? '';
  if (language === 'zh') return `${parts.year}-${parts.month}-${parts.day} ${weekday}`;
  return `${weekday} ${Number(parts.day)} ${months[Number(parts.month) - 1] ?? ''} ${parts.year}`;
}

/** `2026-11-23 周一 14:05`, `Mon 23 Nov 2026 14:05`, in the named zone. */
export function formatInstant(at: string | number, zone: string, language: TimeLanguage): string {
  const parts = partsOf(typeof at === 'number' ? at : Date.parse(at), zone);
  return `${dateText(parts, language)} ${parts.hour}:${parts.minute}`;
}

/** The day alone, as a heading above its entries. */
export function formatDay(at: string | number, zone: string, language: TimeLanguage): string {
  return dateText(partsOf(typeof at === 'number' ? at : Date.parse(at), zone), language);
}

export function formatTime(at: string | number, zone: string, seconds = false): string {
  const parts = partsOf(typeof at === 'number' ? at : Date.parse(at), zone);
  return `${parts.hour}:${parts.minute}${seconds ? `:${parts.second}` : ''}`;
}

/** `UTC+8`, as it is at that moment. */
export function offsetOf(at: number, zone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const found = /^GMT([+-])(\d{2}):(\d{2})$/.exec(text ?? '');
  if (found === null) return 'UTC';
  const [, sign = '+', hours = '00', minutes = '00'] = found;
  if (hours === '00' && minutes === '00') return 'UTC';
  return `UTC${sign}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`;
}

/** Business time now, told from one answer of the server until the next. */
export interface ClockReading {
  business: number;
  real: number;
  speed: number;
}
/** @param sinceMs real milliseconds since the answer came, by this browser's own count */
export const businessNow = ({ business, speed }: ClockReading, sinceMs: number): number => business + sinceMs * speed;
