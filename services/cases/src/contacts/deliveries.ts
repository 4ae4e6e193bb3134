import type {
  MessageDeemedDelivered,
  MessageDelivered,
  MessageFact,
  MessageFailed,
  MessageReturned,
} from '@arrears/contracts';

/** What a fact about a message means for the step that sent it. */
export interface StepFact {
  outcome: string;
  /** When it happened; terms are counted from it. */
  at: string;
  /** Could the plan change by it? A failure opens another way; an arrival matters only to a step that waits for it. */
  wakes: 'always' | 'never' | 'when-awaited';
  denial?: { rule: string; until: string };
}

const failures: Record<MessageFailed['because'], string> = {
  stale: 'stale',
  denied: 'refused',
  expired: 'lapsed',
  'refused-by-provider': 'failed',
  failed: 'failed',
  'no-contact-point': 'unperformable',
  cancelled: 'cancelled',
  'never-left': 'cancelled',
};

/** One fact about a message, by the name of its event. */
export type Delivery =
  | { name: 'accepted' | 'sent' | 'unknown'; fact: MessageFact }
  | { name: 'delivered'; fact: MessageDelivered }
  | { name: 'failed'; fact: MessageFailed }
  | { name: 'returned'; fact: MessageReturned }
  | { name: 'deemed-delivered'; fact: MessageDeemedDelivered };

/** Outcomes that mean nothing left the house give the step another occurrence; `unknown` never does. */
export function stepFactOf({ name, fact }: Delivery): StepFact {
  switch (name) {
    case 'accepted':
    case 'sent':
      return { outcome: 'done', at: fact.at, wakes: 'never' };
    case 'unknown':
      return { outcome: 'unknown', at: fact.at, wakes: 'always' };
    case 'delivered':
      return { outcome: 'delivered', at: fact.deliveredAt, wakes: 'when-awaited' };
    case 'deemed-delivered':
      return { outcome: 'deemed-delivered', at: fact.deemedAt, wakes: 'when-awaited' };
    case 'returned':
      return { outcome: 'returned', at: fact.returnedAt, wakes: 'always' };
    case 'failed':
      return failureOf(fact);
  }
}

function failureOf(fact: MessageFailed): StepFact {
  const outcome = failures[fact.because];
  const { at } = fact;
  // A message that we called back ourselves tells the case nothing new.
  const wakes = fact.because === 'cancelled' ? 'never' : 'always';
  if (fact.because !== 'denied') return { outcome, at, wakes };
  return { outcome, at, wakes, denial: { rule: fact.rule ?? 'unknown', until: fact.until ?? at } };
}

/** What a letter proves by this fact, and what it no longer does. */
export function proofsOf({ name, fact }: Delivery): { kinds: string[]; compliant: boolean } | null {
  if (fact.channel !== 'letter') return null;
  const demand = fact.purpose === 'collect' || fact.purpose === 'legal-notice';
  const kinds = demand ? ['compliant-demand', 'delivered-letter'] : ['delivered-letter'];
  if (name === 'returned') return { kinds, compliant: false };
  return name === 'delivered' || name === 'deemed-delivered' ? { kinds, compliant: fact.permitId !== undefined } : null;
}

/**
 * Facts come late and out of order: a lower rank never replaces a higher one. A signature outweighs a return, a return the
 * mere passing of days.
 */
const ranks: Record<string, number> = { '': 0, done: 1, unknown: 1, returned: 3, delivered: 4 };
const rankOf = (outcome: string | null): number => ranks[outcome ?? ''] ?? 2;

export function replaces(known: string | null, news: string): boolean {
  if (known === news) return false;
  // Accepted, then unknown, or the other way round: whatever is told later is better informed.
  return rankOf(news) >= rankOf(known);
}
