import type { MessageFact, MessageFailed } from '@arrears/contracts';

/** What a fact about a message means for the step that sent it. */
export interface StepFact {
  outcome: string;
  /** Could the plan change by it? A delivery changes nothing; a failure opens another way. */
  wakes: boolean;
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

export type DeliveryName = 'accepted' | 'sent' | 'delivered' | 'failed' | 'unknown';

/** Outcomes that mean nothing left the house give the step another occurrence; `unknown` never does. */
export function stepFactOf(name: DeliveryName, fact: MessageFact | MessageFailed): StepFact {
  if (name === 'delivered') return { outcome: 'delivered', wakes: false };
  if (name === 'unknown') return { outcome: 'unknown', wakes: true };
  if (name !== 'failed' || !('because' in fact)) return { outcome: 'done', wakes: false };
  const outcome = failures[fact.because];
  // A message that we called back ourselves tells the case nothing new.
  const wakes = fact.because !== 'cancelled';
  if (fact.because !== 'denied') return { outcome, wakes };
  return { outcome, wakes, denial: { rule: fact.rule ?? 'unknown', until: fact.until ?? fact.at } };
}

/** Facts come late and out of order: a lower rank never replaces a higher one. */
const ranks: Record<string, number> = { '': 0, done: 1, unknown: 1, delivered: 3 };
const rankOf = (outcome: string | null): number => ranks[outcome ?? ''] ?? 2;

export function replaces(known: string | null, news: string): boolean {
  if (known === news) return false;
  // Accepted, then unknown, or the other way round: whatever is told later is better informed.
  return rankOf(news) >= rankOf(known);
}
