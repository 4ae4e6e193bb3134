import { dayNumber, type LocalDate } from './day-number.js';

/** A range of days past due, both ends included; `to: null` is open. */
export interface Bucket {
  readonly name: string;
  readonly from: number;
  readonly to: number | null;
}

export interface BucketProblem {
  readonly kind: 'empty' | 'start' | 'backwards' | 'gap' | 'overlap' | 'not-open' | 'name';
  readonly message: string;
}

/** Trade practice of Chinese lenders (账龄); a policy may bring its own. */
export const defaultBuckets: readonly Bucket[] = [
  { name: 'M1', from: 1, to: 30 },
  { name: 'M2', from: 31, to: 60 },
  { name: 'M3', from: 61, to: 90 },
  { name: 'M4', from: 91, to: 120 },
  { name: 'M5', from: 121, to: 150 },
  { name: 'M6', from: 151, to: 180 },
  { name: 'M6+', from: 181, to: null },
];

/** Name of the bucket of an account that is not late. */
export const currentBucket = 'M0';

/**
 * Days past due: business date minus the earliest unpaid contractual due date, never below 0; due on the 8th makes the 9th
 * day 1. Nothing pauses it. `null` = nothing unpaid.
 */
export function daysPastDue(businessDate: LocalDate, earliestUnpaidDue: LocalDate | null): number {
  if (earliestUnpaidDue === null) return 0;
  return Math.max(0, dayNumber(businessDate) - dayNumber(earliestUnpaidDue));
}

/** Name of the bucket that holds `dpd`. Throws a RangeError when none does, which `validateBuckets` excludes. */
export function bucketOf(dpd: number, buckets: readonly Bucket[] = defaultBuckets): string {
  if (dpd <= 0) return currentBucket;
  const bucket = buckets.find((b) => b.from <= dpd && (b.to === null || dpd <= b.to));
  if (!bucket) throw new RangeError(`No bucket holds day ${dpd}`);
  return bucket.name;
}

const days = (from: number, to: number): string => (from === to ? `day ${from}` : `days ${from}-${to}`);

function between(a: Bucket, b: Bucket): BucketProblem[] {
  if (a.to === null || b.from <= a.to) {
    const end = a.to === null ? b.to : b.to === null ? a.to : Math.min(a.to, b.to);
    const range = end === null ? `days ${b.from} and up` : days(b.from, end);
    return [{ kind: 'overlap', message: `${range} belong to both ${a.name} and ${b.name}` }];
  }
  if (b.from > a.to + 1)
    return [
      { kind: 'gap', message: `${days(a.to + 1, b.from - 1)} belong to no bucket, between ${a.name} and ${b.name}` },
    ];
  return [];
}

/** Everything wrong with a bucket table: it must cover day 1 to infinity once, without gap or overlap. Empty = good. */
export function validateBuckets(buckets: readonly Bucket[]): BucketProblem[] {
  const sorted = [...buckets].sort((a, b) => a.from - b.from);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return [{ kind: 'empty', message: 'there is no bucket' }];
  const problems: BucketProblem[] = [];
  const names = new Set([currentBucket]);
  for (const b of sorted) {
    if (names.has(b.name)) problems.push({ kind: 'name', message: `the name ${b.name} is taken twice` });
    names.add(b.name);
    if (b.to !== null && b.to < b.from)
      problems.push({ kind: 'backwards', message: `${b.name} ends on day ${b.to}, before its start on day ${b.from}` });
  }
  if (first.from > 1)
    problems.push({ kind: 'gap', message: `${days(1, first.from - 1)} belong to no bucket, before ${first.name}` });
  if (first.from < 1)
    problems.push({ kind: 'start', message: `${first.name} starts on day ${first.from}; late begins on day 1` });
  sorted.slice(1).forEach((b, i) => problems.push(...between(sorted[i] ?? first, b)));
  if (sorted.every((b) => b.to !== null))
    problems.push({
      kind: 'not-open',
      message: `days after ${String(last.to)} belong to no bucket: the last one, ${last.name}, must be open`,
    });
  return problems;
}
