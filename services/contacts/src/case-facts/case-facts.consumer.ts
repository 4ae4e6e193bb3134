import { Parked, type Handlers, type Received } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { saveCaseFacts } from './case-facts.store.js';

/** Every event of a case carries its whole state, so one handler serves them all. */
export const caseEvents = [
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
type CaseEvent = (typeof caseEvents)[number];

export function caseFactsHandlers(): Handlers {
  const take = async (tx: Tx, event: Received<CaseEvent>) => {
    // Without its place on the topic nobody could tell how fresh the case is.
    if (event.partition === null) throw new Parked('no-partition', 'facts of cases come from their topic only');
    await saveCaseFacts(tx, event.data.case, event.partition);
  };
  return Object.fromEntries(caseEvents.map((type) => [type, take]));
}
