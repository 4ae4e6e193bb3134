import { isZone } from '@arrears/calendar';

/**
 * By which clocks a person is contacted: his own where it is known. Where it is not, every zone he may live in must allow the
 * hour: those of the packs, and the case's, which is his bank's when nobody told another. Pure.
 */
export function zonesOf(
  of: { person: string | null; case: string | null },
  packs: { zones: readonly string[] },
): readonly string[] {
  if (of.person !== null && isZone(of.person)) return [of.person];
  const known = of.case !== null && isZone(of.case) ? [of.case] : [];
  return [...new Set([...known, ...packs.zones])];
}
