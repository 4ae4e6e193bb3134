import type { EventTypeName } from '@arrears/contracts';
import { Parked, type Handler, type Handlers, type Received } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { takeContact, takeDelivery, takeDenial, takeReceived } from '../contacts/contact-facts.js';
import { takePoint, takeRefusal, takeStatus } from '../contacts/person-facts.js';
import type { Ledger } from '../ledger.js';
import { takeOverdue, takeRecall, takeRepayment, takeReversal, takeUpdate } from './take-in.js';

/** Name of the consumer group; ids of events are known under it. */
export const consumerGroup = 'cases';
export const subscriptions = [
  { topic: 'bank.loans.v1', encrypt: true },
  { topic: 'bank.repayments.v1' },
  { topic: 'contacts.records.v1' },
  { topic: 'notifications.deliveries.v1' },
] as const;
/** `ce_source` of events that came by the file door. */
export const fileSource = 'arrears/file-door';

/** One handler for each event that this service consumes. */
export function caseHandlers(ledger: Ledger): Handlers {
  const bank = <Name extends EventTypeName>(
    take: (tx: Tx, ledger: Ledger, message: Received<Name>['data'], actor: string) => Promise<void>,
  ): Handler<Name> => {
    return async (tx, event) => {
      const file = event.source === fileSource;
      try {
        await take(tx, ledger, event.data, file ? 'file' : 'bank');
      } catch (error) {
        if (error instanceof Parked) ledger.metrics.rejected(file ? 'file' : 'kafka', error.code);
        throw error;
      }
    };
  };
  return {
    'arrears.bank.loan-overdue.v1': bank(takeOverdue),
    'arrears.bank.loan-updated.v1': bank(takeUpdate),
    'arrears.bank.loan-recalled.v1': bank(takeRecall),
    'arrears.bank.account-take-back.v1': bank(takeRecall),
    'arrears.bank.repayment-received.v1': bank(takeRepayment),
    'arrears.bank.repayment-reversed.v1': bank(takeReversal),
    'arrears.contacts.permit-denied.v1': (tx, event) => takeDenial(tx, ledger, event.data, event),
    'arrears.contacts.contact-recorded.v1': (tx, event) => takeContact(tx, ledger, event.data, event),
    'arrears.contacts.contact-point-changed.v1': (tx, event) => takePoint(tx, ledger, event.data, event),
    'arrears.contacts.person-status-changed.v1': (tx, event) => takeStatus(tx, ledger, event.data, event),
    'arrears.contacts.third-party-refused.v1': (tx, event) => takeRefusal(tx, ledger, event.data, event),
    'arrears.notifications.message-accepted.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'accepted', fact: event.data }, event),
    'arrears.notifications.message-sent.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'sent', fact: event.data }, event),
    'arrears.notifications.message-delivered.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'delivered', fact: event.data }, event),
    'arrears.notifications.message-deemed-delivered.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'deemed-delivered', fact: event.data }, event),
    'arrears.notifications.message-returned.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'returned', fact: event.data }, event),
    'arrears.notifications.message-failed.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'failed', fact: event.data }, event),
    'arrears.notifications.message-unknown.v1': (tx, event) =>
      takeDelivery(tx, ledger, { name: 'unknown', fact: event.data }, event),
    'arrears.notifications.message-received.v1': (tx, event) => takeReceived(tx, ledger, event.data, event),
  };
}
