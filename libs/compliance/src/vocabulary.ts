/** The closed vocabulary of rules. Purposes and channels are those of the permit's contract; a test of the gate compares them. */
export const purposes = [
  'collect',
  'remind-due',
  'confirm-payment',
  'serve',
  'plan-admin',
  'legal-notice',
  'statutory-notice',
  'locate',
  'complaint-reply',
] as const;
export type Purpose = (typeof purposes)[number];

export const channels = ['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit'] as const;
export type Channel = (typeof channels)[number];

/** Who makes the contact: laws bind the lender, those it engages, and those who bought the debt differently. */
export const contactors = ['firstParty', 'agency', 'buyer'] as const;
export type Contactor = (typeof contactors)[number];

/** What may be counted. `anyContact` is raised by every outbound one beside its own kind. */
export const eventKinds = [
  'dialPlaced',
  'dialUnanswered',
  'conversation',
  'effectiveCall',
  'smsSent',
  'smsDelivered',
  'emailSent',
  'pushSent',
  'letterPosted',
  'letterDelivered',
  'visitMade',
  'thirdPartyContact',
  'inboundCall',
  'anyContact',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Whose contacts are added up: one person's (across agreements and agencies), one number's, one debt's, one case's. */
export const counterKeys = ['person', 'number', 'debt', 'case'] as const;
export type CounterKey = (typeof counterKeys)[number];

export const holdEffects = ['contact', 'treatmentDays', 'interest', 'escalation', 'limitation'] as const;
export type HoldEffect = (typeof holdEffects)[number];

/**
 * Facts that a condition may ask for. Text: compared with `is` and `in`; list: `has`; number: `atLeast`, `atMost`;
 * flag: `is`; date: `notBefore` today. A fact nobody told is unknown, and unknown never helps the one who contacts.
 */
export const factKinds = {
  'contact.channel': 'text',
  'contact.purpose': 'text',
  'contact.recorded': 'flag',
  'contact.publicPlace': 'flag',
  'person.role': 'text',
  'person.relation': 'text',
  'person.status': 'text',
  'person.refused': 'flag',
  'person.represented': 'flag',
  'person.consents': 'list',
  'person.ceased': 'list',
  'person.hasOtherPoint': 'flag',
  'point.kind': 'text',
  'point.place': 'text',
  'point.reserved': 'flag',
  'point.optedOut': 'list',
  'debtor.numberInvalid': 'flag',
  'debtor.reachable': 'flag',
  'debtor.failedTriesInRow': 'number',
  'debtor.employerForbids': 'flag',
  'case.planKept': 'flag',
  'case.timeBarred': 'flag',
  'case.validationNotice': 'flag',
  'case.disputed': 'flag',
  'case.stage': 'text',
  'actor.kind': 'text',
  'actor.trainedUntil': 'date',
  'actor.violentRecord': 'flag',
  'actor.agencyListed': 'flag',
  'actor.agencyReviewedUntil': 'date',
  'visit.collectors': 'number',
  'visit.credentials': 'flag',
  'visit.consent': 'flag',
  'template.flags': 'list',
} as const;
export type FactName = keyof typeof factKinds;
export type FactValue = string | number | boolean | readonly string[];
export type FactValues = { readonly [Name in FactName]?: FactValue };

/** ISO-8601 in UTC with milliseconds. */
export type Instant = string;
/** `YYYY-MM-DD`. */
export type LocalDate = string;
