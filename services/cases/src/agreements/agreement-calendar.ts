import { calendars, dateOf, dayNumber, type Calendar } from '@arrears/calendar';
import { isoOf } from '@arrears/clock';
import { planCalendars, type Calendars } from '@arrears/treatment';
import type { Agreement } from './agreement.js';

/** How an agreement counts days: its calendar, zone and cut-off. */
export interface AgreementCalendar {
  /** Business date of an instant (epoch ms). */
  businessDate(at: number): string;
  /** Last millisecond of a business date, ISO. */
  endOfDay(date: string): string;
  /** The planner's view of the same. */
  port: Calendars;
}

/** The calendar that an agreement names, whatever the case of its letters. */
export function calendarNamed(name: string): Calendar | null {
  return calendars[name.toLowerCase()] ?? null;
}

const made = new Map<string, AgreementCalendar>();

export function agreementCalendar(of: Pick<Agreement, 'calendar' | 'timeZone' | 'cutOff'>): AgreementCalendar {
  const key = `${of.calendar}|${of.timeZone}|${of.cutOff}`;
  let found = made.get(key);
  if (found === undefined) made.set(key, (found = build(of)));
  return found;
}

function build({ calendar, timeZone, cutOff }: Pick<Agreement, 'calendar' | 'timeZone' | 'cutOff'>): AgreementCalendar {
  const client = calendarNamed(calendar);
  if (client === null) throw new Error('an agreement names a calendar that this build does not have');
  const port = planCalendars({ client, zone: timeZone, cutOff });
  const endOfDay = (date: string) => isoOf(port.startOf(dateOf(dayNumber(date) + 1)) - 1);
  return { businessDate: (at) => port.businessDate(at), endOfDay, port };
}
