import type { Metrics } from './metrics.js';

/** What must never be. One occurrence is an incident. */
export const invariants = [
  'contact_without_permit',
  'duplicate_contact',
  'quiet_hours',
  'never_contact',
  'journal_broken',
  'money_not_conserved',
] as const;
export type Invariant = (typeof invariants)[number];

/** @returns counts a violation; every label stands at 0 from the start */
export function invariantViolations(metrics: Metrics): (invariant: Invariant) => void {
  const violations = metrics.counter({
    name: 'invariant_violations_total',
    help: 'Occurrences of what must never be, where this process can see it',
    labels: { invariant: invariants },
  });
  return (invariant) => violations.inc({ invariant });
}
