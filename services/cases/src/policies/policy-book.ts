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
import type { Tx } from '@arrears/persistence';
import { policyStore } from './policy.store.js';

export interface Pin {
  policyId: string;
  version: number;
}

/** Every policy version that an account may be pinned to, compiled once. Versions are added while it is in use. */
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
  /** Reads versions that were published since. @returns whether there were any */
  refresh(tx: Tx): Promise<boolean>;
}

const unitMs: Record<string, number> = {
  minutes: 60_000,
  hours: 3_600_000,
  businessHours: 3_600_000,
  days: 86_400_000,
};
const unCureDefaultDays = 30;

export function policyBook(given: readonly CollectionPolicy[]): PolicyBook {
  let policies = given;
  let set = policySet(policies.map(compilePolicy));
  const get = ({ policyId, version }: Pin) => set.get(policyKey(policyId as never, version))?.policy ?? null;
  return {
    get set() {
      return set;
    },
    get policies() {
      return policies;
    },
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
    async refresh(tx) {
      const known = policies.map(({ id, version }) => policyKey(id, version));
      const added = await policyStore.others(tx, known);
      if (added.length === 0) return false;
      policies = [...policies, ...added];
      // Those in use stay compiled: a version never changes.
      set = new Map([...set, ...policySet(added.map(compilePolicy))]);
      return true;
    },
  };
}
