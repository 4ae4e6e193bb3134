export {
  addCalendarDays,
  addMonths,
  dateOf,
  dayNumber,
  daysBetween,
  isoOf,
  msOf,
  timeOfDay,
  timeText,
  weekday,
} from './dates.js';
export type { Instant, LocalDate, LocalTime } from './dates.js';
export {
  businessDate,
  businessDay,
  instantMs,
  isZone,
  localDay,
  localTimeOfDay,
  offsetMs,
  toInstant,
  toInstantMs,
  toLocal,
  toLocalMs,
  wallMs,
} from './zones.js';
export type { Local } from './zones.js';
export {
  addBusinessDays,
  businessDaysBetween,
  isBusinessDay,
  isBusinessDayNumber,
  nextBusinessDay,
  onOrAfter,
  previousBusinessDay,
  rollDay,
  shiftBusinessDays,
  validateCalendar,
  yearStatus,
} from './calendar.js';
export type { Calendar, CalendarYear, DayKind, Interval, YearStatus } from './calendar.js';
export { termEnd } from './terms.js';
export type { Term } from './terms.js';
export { addBusinessTime, addBusinessTimeMs, businessMsBetween } from './business-time.js';
export type { Span } from './business-time.js';
export { nextAllowed, nextAllowedMs, outside, windowEnd, windowEndMs } from './windows.js';
export type { Window } from './windows.js';
export { changedDays, changedRange, movedDates, spanDue, withYear } from './versions.js';
export type { Dated, Moved } from './versions.js';
export { calendars, cn, tw } from './shipped.js';
