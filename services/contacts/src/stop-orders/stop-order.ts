/**
 * A stop order: while it is in force nothing in its scope leaves, for whatever purpose and by whomever. What waits, waits;
 * nothing is lost. Pure.
 */
export const stopScopes = ['all', 'client', 'policy', 'channel', 'region', 'template'] as const;
export type StopScope = (typeof stopScopes)[number];

export interface StopOrder {
  stopOrderId: string;
  scope: StopScope;
  /** Null for `all`. Of a client: its agreement's id; of a region: the branch of the case. */
  value: string | null;
}

/** What a contact is about, as far as stop orders ask. */
export interface Stoppable {
  agreementId: string;
  channel: string;
  templateId: string | null;
  /** Null: the case is not known, or has no branch. */
  region: string | null;
  policies: readonly string[];
}

/** The first order that stops it, in the order of scopes from the widest, or null. */
export function stoppedBy(orders: readonly StopOrder[], contact: Stoppable): StopOrder | null {
  const stopping = orders.filter((order) => concerns(order, contact));
  return stopping.sort((one, other) => breadth(one) - breadth(other) || compare(one, other))[0] ?? null;
}

function concerns({ scope, value }: StopOrder, contact: Stoppable): boolean {
  switch (scope) {
    case 'all':
      return true;
    case 'client':
      return contact.agreementId === value;
    case 'policy':
      return value !== null && contact.policies.includes(value);
    case 'channel':
      return contact.channel === value;
    case 'region':
      return contact.region !== null && contact.region === value;
    case 'template':
      return contact.templateId !== null && contact.templateId === value;
  }
}

const breadth = ({ scope }: StopOrder): number => stopScopes.indexOf(scope);
const compare = (one: StopOrder, other: StopOrder): number => (one.stopOrderId < other.stopOrderId ? -1 : 1);

/** Where an order stands. It stops as long as it is in force: also while somebody wishes to lift it. */
export type StopState = 'requested' | 'in-force' | 'refused' | 'lifted';
export type StopCommand = 'approve' | 'refuse' | 'ask-to-lift' | 'approve-lift' | 'refuse-lift';
/** What an order went through, as its journal and its events name it. */
export type StopChange = 'requested' | 'in-force' | 'refused' | 'lift-requested' | 'lift-refused' | 'lifted';

/** Why a command is refused, or what it makes of the order. Nobody decides what he asked for himself, either way. Pure. */
export function orderAfter(
  order: { state: StopState; requestedBy: string; liftRequestedBy: string | null },
  command: StopCommand,
  actor: string,
): { change: StopChange } | { refused: 'conflict' | 'not-allowed' } {
  const { state, requestedBy, liftRequestedBy } = order;
  const decided = (askedBy: string, change: StopChange) =>
    askedBy === actor ? { refused: 'not-allowed' as const } : { change };
  switch (command) {
    case 'approve':
      return state === 'requested' ? decided(requestedBy, 'in-force') : { refused: 'conflict' };
    case 'refuse':
      return state === 'requested' ? decided(requestedBy, 'refused') : { refused: 'conflict' };
    case 'ask-to-lift':
      return state === 'in-force' && liftRequestedBy === null ? { change: 'lift-requested' } : { refused: 'conflict' };
    case 'approve-lift':
    case 'refuse-lift':
      if (state !== 'in-force' || liftRequestedBy === null) return { refused: 'conflict' };
      return decided(liftRequestedBy, command === 'approve-lift' ? 'lifted' : 'lift-refused');
  }
}
