import type { EventTypeName } from '@arrears/contracts';
import { Parked, type Handler, type Handlers, type Received } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { takeDelivery, takeDenial, takePoint } from '../contacts/contact-facts.js';
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
    'arrears.contacts.permit-denied.v1': (tx, event) => takeDenial(tx, event.data),
    'arrears.contacts.contact-point-changed.v1': (tx, event) => takePoint(tx, ledger, event.data, event.id),
    'arrears.notifications.message-accepted.v1': (tx, event) =>
      takeDelivery(tx, ledger, 'accepted', event.data, event.id),
    'arrears.notifications.message-sent.v1': (tx, event) => takeDelivery(tx, ledger, 'sent', event.data, event.id),
    'arrears.notifications.message-delivered.v1': (tx, event) =>
      takeDelivery(tx, ledger, 'delivered', event.data, event.id),
    'arrears.notifications.message-failed.v1': (tx, event) => takeDelivery(tx, ledger, 'failed', event.data, event.id),
    'arrears.notifications.message-unknown.v1': (tx, event) =>
      takeDelivery(tx, ledger, 'unknown', event.data, event.id),
  };
}
