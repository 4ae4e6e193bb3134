/** What a debt consists of; `costs` are those of realising the claim (court, enforcement). */
export const components = ['costs', 'fees', 'interest', 'principal'] as const;
export type Component = (typeof components)[number];

/** In which order a payment covers the components, for some products in a range of days past due at the value date. */
export interface AllocationOrder {
  readonly id: string;
  /** Product codes, or `*` for every product that no other order names. */
  readonly products: readonly string[] | '*';
  readonly fromDpd: number;
  /** Inclusive; `null` = no end. */
  readonly toDpd: number | null;
  /** Every component exactly once. */
  readonly components: readonly Component[];
  readonly source: string;
}

/** Orders by law; an agreement may bring its own. */
export const defaultOrders: readonly AllocationOrder[] = [
  {
    id: 'card-to-90',
    products: ['credit-card'],
    fromDpd: 1,
    toDpd: 90,
    components: ['costs', 'interest', 'fees', 'principal'],
    source: 'Card measures: up to 90 days late, interest and fees before principal',
  },
  {
    id: 'card-from-91',
    products: ['credit-card'],
    fromDpd: 91,
    toDpd: null,
    components: ['principal', 'interest', 'fees', 'costs'],
    source: 'Card measures: more than 90 days late, principal before interest and fees',
  },
  {
    id: 'civil-code-561',
    products: '*',
    fromDpd: 0,
    toDpd: null,
    components: ['costs', 'interest', 'fees', 'principal'],
    source: 'Civil Code, article 561: costs of realising the claim, interest, principal',
  },
];

const covers = (order: AllocationOrder, dpd: number): boolean =>
  order.fromDpd <= dpd && (order.toDpd === null || dpd <= order.toDpd);

/** The order for a product at `dpd`: one that names the product, else the general one. Throws a RangeError if there is none. */
export function orderFor(orders: readonly AllocationOrder[], product: string, dpd: number): AllocationOrder {
  const order =
    orders.find((o) => o.products !== '*' && o.products.includes(product) && covers(o, dpd)) ??
    orders.find((o) => o.products === '*' && covers(o, dpd));
  if (!order) throw new RangeError(`No allocation order for product ${product} at day ${dpd}`);
  return order;
}

/** What is wrong with a table of orders: a component missing or twice, two orders for one day, no general order. Empty = good. */
export function validateOrders(orders: readonly AllocationOrder[]): string[] {
  const problems: string[] = [];
  for (const o of orders) {
    if ([...o.components].sort().join() !== [...components].sort().join())
      problems.push(`${o.id}: must name each of ${components.join(', ')} once`);
    if (o.toDpd !== null && o.toDpd < o.fromDpd) problems.push(`${o.id}: ends before it starts`);
  }
  orders.forEach((a, i) => {
    for (const b of orders.slice(i + 1)) {
      const shared =
        a.products === '*' || b.products === '*'
          ? a.products === b.products
          : a.products.some((p) => b.products.includes(p));
      const from = Math.max(a.fromDpd, b.fromDpd);
      if (shared && covers(a, from) && covers(b, from)) problems.push(`${a.id} and ${b.id} both apply on day ${from}`);
    }
  });
  if (!orders.some((o) => o.products === '*' && o.fromDpd === 0 && o.toDpd === null))
    problems.push('there is no order for every product and every day');
  return problems;
}
