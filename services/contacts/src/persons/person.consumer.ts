import { Parked, type Handlers } from '@arrears/messaging';
import { KeyDestroyed } from '@arrears/persistence';
import { takeLoanOverdue, takeLoanUpdated, type IntakeParts } from './person-intake.js';

/** Of the bank's loans only what it says about people; balances are the business of `cases`. */
export function personHandlers(parts: IntakeParts): Handlers {
  return {
    'arrears.bank.loan-overdue.v1': (tx, event) => unlessDestroyed(takeLoanOverdue(tx, parts, event.data)),
    'arrears.bank.loan-updated.v1': (tx, event) => unlessDestroyed(takeLoanUpdated(tx, parts, event.data)),
  };
}

/** Whose key was destroyed must be forgotten: that the bank still sends him is for people to settle. */
async function unlessDestroyed(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KeyDestroyed)
      throw new Parked('person-destroyed', 'data of this person was destroyed for good');
    throw error;
  }
}
