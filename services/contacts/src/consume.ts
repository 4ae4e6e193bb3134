import type { TopicName } from '@arrears/contracts';
import type { Invariant } from '@arrears/observability';
import type { Handlers } from '@arrears/messaging';
import { caseFactsHandlers } from './case-facts/case-facts.consumer.js';
import { personHandlers } from './persons/person.consumer.js';
import type { IntakeParts } from './persons/person-intake.js';
import { deliveriesHandlers } from './settle/deliveries.consumer.js';

/** The bank's loans carry names and numbers: their rows in the inbox are encrypted with the day's key. */
export const subscriptions: { topic: TopicName; encrypt?: boolean }[] = [
  { topic: 'bank.loans.v1', encrypt: true },
  { topic: 'collections.cases.v1' },
  { topic: 'notifications.deliveries.v1' },
];

export function handlers(parts: IntakeParts, violated?: (invariant: Invariant) => void): Handlers {
  return { ...personHandlers(parts), ...caseFactsHandlers(), ...deliveriesHandlers(parts.clock, violated) };
}
