import type { Handler, Handlers } from '@arrears/messaging';
import { saveCaseFacts } from './case-facts.store.js';

/** All events of a case carry its whole state: one handler serves them all. */
const types = [
  'arrears.cases.case-opened.v1',
  'arrears.cases.case-reopened.v1',
  'arrears.cases.account-joined.v1',
  'arrears.cases.account-left.v1',
  'arrears.cases.balance-changed.v1',
  'arrears.cases.classification-changed.v1',
  'arrears.cases.stage-changed.v1',
  'arrears.cases.hold-placed.v1',
  'arrears.cases.hold-lifted.v1',
  'arrears.cases.policy-moved.v1',
  'arrears.cases.case-closed.v1',
] as const;

export function caseFactsHandlers(): Handlers {
  const save: Handler<(typeof types)[number]> = (tx, event) => saveCaseFacts(tx, event.data.case);
  return Object.fromEntries(types.map((type) => [type, save]));
}
