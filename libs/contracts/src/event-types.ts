import type { z } from 'zod';
import * as bank from './bank-events.js';
import * as cases from './case-events.js';
import * as contacts from './contact-events.js';
import * as deliveries from './delivery-events.js';
import type { TopicName } from './topics.js';

export interface EventType {
  topic: TopicName;
  schema: z.ZodType;
}

const on = <Schema extends z.ZodType>(topic: TopicName, schema: Schema) => ({ topic, schema });

/** Every event that crosses a boundary, by its `ce_type`. The type carries the major version. */
export const eventTypes = {
  'arrears.bank.loan-overdue.v1': on('bank.loans.v1', bank.loanOverdue),
  'arrears.bank.loan-updated.v1': on('bank.loans.v1', bank.loanUpdated),
  'arrears.bank.loan-recalled.v1': on('bank.loans.v1', bank.loanRecalled),
  'arrears.bank.account-take-back.v1': on('bank.loans.v1', bank.loanRecalled.meta({ id: 'AccountTakeBack' })),
  'arrears.bank.repayment-received.v1': on('bank.repayments.v1', bank.repaymentReceived),
  'arrears.bank.repayment-reversed.v1': on('bank.repayments.v1', bank.repaymentReversed),
  'arrears.cases.feed-heartbeat.v1': on('collections.cases.v1', cases.feedHeartbeat),
  'arrears.cases.case-opened.v1': on('collections.cases.v1', cases.caseOpened),
  'arrears.cases.case-reopened.v1': on('collections.cases.v1', cases.caseReopened),
  'arrears.cases.account-joined.v1': on('collections.cases.v1', cases.accountJoined),
  'arrears.cases.account-left.v1': on('collections.cases.v1', cases.accountLeft),
  'arrears.cases.balance-changed.v1': on('collections.cases.v1', cases.balanceChanged),
  'arrears.cases.classification-changed.v1': on('collections.cases.v1', cases.classificationChanged),
  'arrears.cases.stage-changed.v1': on('collections.cases.v1', cases.stageChanged),
  'arrears.cases.hold-placed.v1': on('collections.cases.v1', cases.holdPlaced),
  'arrears.cases.hold-lifted.v1': on('collections.cases.v1', cases.holdLifted),
  'arrears.cases.policy-moved.v1': on('collections.cases.v1', cases.policyMoved),
  'arrears.cases.case-closed.v1': on('collections.cases.v1', cases.caseClosed),
  'arrears.contacts.permit-denied.v1': on('contacts.records.v1', contacts.permitDenied),
  'arrears.contacts.contact-point-changed.v1': on('contacts.records.v1', contacts.contactPointChanged),
  'arrears.contacts.contact-recorded.v1': on('contacts.records.v1', contacts.contactRecorded),
  'arrears.contacts.third-party-refused.v1': on('contacts.records.v1', contacts.thirdPartyRefused),
  'arrears.contacts.person-status-changed.v1': on('contacts.records.v1', contacts.personStatusChanged),
  'arrears.contacts.stop-order-changed.v1': on('contacts.records.v1', contacts.stopOrderChanged),
  'arrears.notifications.message-accepted.v1': on('notifications.deliveries.v1', deliveries.messageAccepted),
  'arrears.notifications.message-sent.v1': on('notifications.deliveries.v1', deliveries.messageSent),
  'arrears.notifications.message-delivered.v1': on('notifications.deliveries.v1', deliveries.messageDelivered),
  'arrears.notifications.message-failed.v1': on('notifications.deliveries.v1', deliveries.messageFailed),
  'arrears.notifications.message-returned.v1': on('notifications.deliveries.v1', deliveries.messageReturned),
  'arrears.notifications.message-deemed-delivered.v1': on(
    'notifications.deliveries.v1',
    deliveries.messageDeemedDelivered,
  ),
  'arrears.notifications.message-received.v1': on('notifications.deliveries.v1', deliveries.messageReceived),
  'arrears.notifications.message-unknown.v1': on('notifications.deliveries.v1', deliveries.messageUnknown),
} as const;

export type EventTypeName = keyof typeof eventTypes;
export type EventData<Name extends EventTypeName> = z.infer<(typeof eventTypes)[Name]['schema']>;

export function isEventType(name: string): name is EventTypeName {
  return Object.hasOwn(eventTypes, name);
}
