import {
  compilePolicy,
  policyKey,
  policySet,
  selectPolicy,
  type CollectionPolicy,
  type PolicySet,
  type SelectionFacts,
} from '@arrears/treatment';
import { bucketOf, defaultBuckets, type Bucket } from '@arrears/money';

export interface Pin {
  policyId: string;
  version: number;
}

/** Every policy version that an account may be pinned to, compiled once. */
export interface PolicyBook {
  readonly set: PolicySet;
  readonly policies: readonly CollectionPolicy[];
  get(pin: Pin): CollectionPolicy | null;
  /** The one version for an account that comes in now. @throws when the set has no default, which loading refuses */
  select(asked: SelectionFacts): Pin;
  /** Business milliseconds in which accounts that arrive together wait for each other. */
  gatherOf(pin: Pin): number;
  unCureWithinDays(pin: Pin): number;
  /** Name of the bucket of days past due, by the account's own policy. */
  bucketOf(pin: Pin, daysPastDue: number): string;
  /** Bucket tables in use, for translating a bucket into a range of due dates. */
  bucket(name: string): Bucket | null;
}

const unitMs: Record<string, number> = {
  minutes: 60_000,
  hours: 3_600_000,
  businessHours: 3_600_000,
  days: 86_400_000,
};
const unCureDefaultDays = 30;

export function policyBook(policies: readonly CollectionPolicy[]): PolicyBook {
  const set = policySet(policies.map(compilePolicy));
  const get = ({ policyId, version }: Pin) => set.get(policyKey(policyId as never, version))?.policy ?? null;
  return {
    set,
    policies,
    get,
    select(asked) {
      const selected = selectPolicy(set, asked);
      if (selected === null) throw new Error('no policy takes an account of this product');
      return { policyId: selected.policyId, version: selected.version };
    },
    gatherOf(pin) {
      const gather = get(pin)?.entry.gather;
      return gather === undefined ? 0 : gather.n * (unitMs[gather.unit] ?? 0);
    },
    unCureWithinDays: (pin) => get(pin)?.reopen.unCureWithinDays ?? unCureDefaultDays,
    bucketOf: (pin, daysPastDue) => bucketOf(daysPastDue, get(pin)?.buckets ?? defaultBuckets),
    bucket(name) {
      const tables = [...policies.map((policy) => policy.buckets), defaultBuckets];
      return tables.flat().find((one) => one.name === name) ?? null;
    },
  };
}
