/** ISO-8601 in UTC with milliseconds and Z. */
export type Instant = string;

/**
 * The only source of time in Arrears. Business time decides due dates, windows, counters and validity; real time decides
 * timeouts, leases and retries. All numbers are epoch milliseconds.
 */
export interface Clock {
  /** Business now. Never goes backwards within a process, unless the clock file was rewritten. */
  now(): number;
  nowIso(): Instant;
  /** Real now, of this machine. */
  realNow(): number;
  toBusiness(realMs: number): number;
  /** The first real millisecond at which business time has reached `businessMs`; `null` = never at the present speed. */
  toReal(businessMs: number): number | null;
}

/** Epoch milliseconds as an `Instant`. */
export const isoOf = (ms: number): Instant => new Date(ms).toISOString();

/** Epoch milliseconds of an ISO instant with an offset or Z. Throws a RangeError for anything else. */
export function msOf(instant: Instant): number {
  const ms = /(Z|[+-]\d{2}:\d{2})$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`Not an instant: ${JSON.stringify(instant).slice(0, 40)}`);
  return ms;
}

/** Speed of a business clock whose day lasts so many real seconds: 60 → 1440. */
export function speedOfDay(seconds: number): number {
  if (!(seconds > 0) || seconds > 86_400)
    throw new RangeError('A business day lasts more than 0 and at most 86400 seconds');
  return 86_400 / seconds;
}
