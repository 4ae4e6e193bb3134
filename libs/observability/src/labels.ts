/**
 * The values a label may take: a closed list, or at most so many values that come from code known only at start
 * (route templates, rule ids of loaded packs). Never the id, name or number of a person, case or loan.
 */
export type LabelSpec = { readonly [label: string]: readonly string[] | { readonly upTo: number } };
export type LabelValues<Labels extends LabelSpec> = {
  readonly [Name in keyof Labels]: Labels[Name] extends readonly (infer Value extends string)[] ? Value : string;
};

export interface SeriesBudget {
  maxLabelSets: number;
  /** Series left for the whole process. */
  left: number;
  onFolded(metric: string): void;
}

export interface LabelGuard {
  /** The labels to write: as given, or `other` where a value is not listed or the budget is spent. */
  fold(labels: Readonly<Record<string, string>>): Record<string, string>;
  /** Every combination of closed lists; empty when a label is open or there would be too many. */
  declared(): Record<string, string>[];
}

const other = 'other';

/** @param seriesPerSet 1 for counters and gauges, the buckets and two more for histograms. */
export function labelGuard(metric: string, spec: LabelSpec, budget: SeriesBudget, seriesPerSet: number): LabelGuard {
  const names = Object.keys(spec);
  const seen = new Set<string>();
  const openValues = new Map<string, Set<string>>(names.map((name) => [name, new Set<string>()]));

  const admit = (labels: Record<string, string>): boolean => {
    const key = names.map((name) => labels[name]).join('\u0000');
    if (seen.has(key)) return true;
    // The set of all `other` is always free, or nothing could be said any more.
    const last = names.every((name) => labels[name] === other);
    if (!last && (seen.size >= budget.maxLabelSets || budget.left < seriesPerSet)) return false;
    seen.add(key);
    budget.left -= seriesPerSet;
    return true;
  };
  const value = (name: string, given: string): string => {
    const allowed = spec[name];
    if (allowed !== undefined && !('upTo' in allowed)) return allowed.includes(given) ? given : other;
    const values = openValues.get(name);
    if (values === undefined || values.has(given)) return given;
    if (allowed !== undefined && values.size >= allowed.upTo) return other;
    values.add(given);
    return given;
  };
  const fold = (labels: Readonly<Record<string, string>>): Record<string, string> => {
    const wanted = Object.fromEntries(names.map((name) => [name, value(name, labels[name] ?? other)]));
    const changed = names.some((name) => wanted[name] !== labels[name]);
    const admitted = admit(wanted);
    if (changed || !admitted) budget.onFolded(metric);
    if (admitted) return wanted;
    const rest = Object.fromEntries(names.map((name) => [name, other]));
    admit(rest);
    return rest;
  };
  return { fold, declared: () => combinations(spec, budget.maxLabelSets).filter(admit) };
}

function combinations(spec: LabelSpec, limit: number): Record<string, string>[] {
  let sets: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(spec)) {
    if ('upTo' in values || sets.length * values.length > limit) return [];
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  return sets;
}
