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

/**
 * What may be counted. A dial raises `dialPlaced` and one of `dialUnanswered` and `conversation`; with the debtor's identity
 * confirmed and long enough, `effectiveCall` too. `inboundCall`: he called and was spoken to. `thirdPartyContact`: any try
 * to reach somebody who owes nothing. `anyContact` is raised by every outbound one beside its own kind.
 */
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

/** Parts a person plays in a debt. The last two owe nothing; the others owe, or stand for one who does. */
export const personRoles = [
  'debtor',
  'coDebtor',
  'jointGuarantor',
  'generalGuarantor',
  'heir',
  'representative',
  'relatedThird',
  'unrelatedThird',
] as const;
export type PersonRole = (typeof personRoles)[number];

/** What the check of a text may find (`template.flags`); a rule of `asked: template` says which of them its law forbids. */
export const templateFlags = [
  'creditor-missing',
  'complaint-channel-missing',
  'opt-out-missing',
  /** Names a court, police, procuratorate or administration as if the text came from it or acted for it. */
  'impersonation',
  'threat',
  /** Tells somebody other than the debtor that there is a debt. */
  'third-party-disclosure',
  /** Asks for a fee in the name of collection. */
  'extra-fee',
  'push-to-borrow',
] as const;
export type TemplateFlag = (typeof templateFlags)[number];

/**
 * Facts that a condition may ask for. Text: `is`, `in`; list: `has`; number: `atLeast`, `atMost`; flag: `is`; date
 * (`YYYY-MM-DD`, local): `notBefore` today, `notAfter` today; any: `known`. A fact nobody told is unknown, and unknown never
 * helps the one who contacts: tell `false`, not nothing, where something is known not to be so.
 */
export const factKinds = {
  // The contact itself. Channel and purpose are told by the contact, never by facts.
  'contact.channel': 'text',
  'contact.purpose': 'text',
  /** The line records the call. */
  'contact.recorded': 'flag',
  /** Something would be left where everybody sees it: a notice on a door. */
  'contact.publicPlace': 'flag',

  // The person to be contacted.
  /** One of `personRoles`, in what this contact covers. */
  'person.role': 'text',
  /** A third person's relation to the debtor as recorded: parent, colleague, … */
  'person.relation': 'text',
  /** `normal`, `represented`, `no-capacity`, `claimed-dead`, `dead`. */
  'person.status': 'text',
  /** He refused to be contacted about somebody else's debt; in any case of anyone, for ever. */
  'person.refused': 'flag',
  'person.represented': 'flag',
  /** Kinds of consent given and not withdrawn: `any-hour`, `more-calls`, `workplace`, `data-sharing`, … */
  'person.consents': 'list',
  /** Channels on which he demanded in writing that contact cease, or `all`. */
  'person.ceased': 'list',
  /** He has another number that works and is not his workplace's. */
  'person.hasOtherPoint': 'flag',

  // The contact point that would be used.
  /** `mobile`, `landline`, `email`, `address`. */
  'point.kind': 'text',
  /** `workplace`, `other`. */
  'point.place': 'text',
  /** The debtor himself named it as the place where notices reach him. */
  'point.reserved': 'flag',
  /** Channels he opted out of on this point. */
  'point.optedOut': 'list',

  // The debtor, when somebody else is to be contacted: why he can't be reached himself.
  /** No number of his works. */
  'debtor.numberInvalid': 'flag',
  'debtor.reachable': 'flag',
  /** Failed tries since he was last reached, as far as they count; on how many local days; hours between the nearest two. */
  'debtor.failedTriesInRow': 'number',
  'debtor.daysOfFailedTries': 'number',
  'debtor.hoursBetweenFailedTries': 'number',
  'debtor.employerForbids': 'flag',
  /** United Kingdom: in a breathing space, since; a mental-health crisis: `none`, `in-treatment`, `over`, and since when over. */
  'debtor.breathingSpace': 'flag',
  'debtor.breathingSpaceFrom': 'date',
  'debtor.crisis': 'text',
  'debtor.crisisEndedOn': 'date',

  // The case, of what the contact covers.
  'case.stage': 'text',
  /** An instalment agreement is in force and performed. */
  'case.planKept': 'flag',
  'case.disputed': 'flag',
  'case.timeBarred': 'flag',
  /** Somebody has been in contact with the debtor about this debt; since. */
  'case.contacted': 'flag',
  'case.firstContactOn': 'date',
  'case.validationNoticeOn': 'date',

  // Who makes the contact.
  /** `machine`, `human`. */
  'actor.kind': 'text',
  /** Trained and examined; the day on which that runs out. */
  'actor.trainedUntil': 'date',
  'actor.violentRecord': 'flag',

  // The agency he works for; asked only of contacts by an agency.
  'agency.listed': 'flag',
  'agency.published': 'flag',
  'agency.inspectedUntil': 'date',
  'agency.evaluatedUntil': 'date',
  /** What the contract with it settles: `purpose`, `term`, `no-sub-entrusting`, `return-or-delete`. */
  'agency.contractTerms': 'list',

  // A visit: how many go, whether each shows papers; at the door, whether they went in and were allowed to.
  'visit.collectors': 'number',
  'visit.credentials': 'flag',
  'visit.entered': 'flag',
  'visit.consent': 'flag',

  /** `templateFlags` that the check of a text found. */
  'template.flags': 'list',

  // Duties: judged where they are performed, not at a contact.
  'recording.keptYears': 'number',
  'record.keptYears': 'number',
  'reminder.daysBeforeDue': 'number',
  'appraisal.byAmountAlone': 'flag',
  'plan.agreedOrally': 'flag',
  'plan.recorded': 'flag',
  'plan.recordKeptUntilSettled': 'flag',
  'model.fairnessEvidence': 'flag',
  'credit.negativeReport': 'flag',
  'credit.noticeGiven': 'flag',
  'credit.disputeOpenDays': 'number',
  'data.toAnotherController': 'flag',
  'data.sensitive': 'flag',
  'data.needed': 'flag',
  'data.impactAssessed': 'flag',
  'decision.automated': 'flag',
  'decision.humanReview': 'flag',
  /** Demands after the due date that were compliant and whose receipt can be proved; days between the first and the last. */
  'demand.proven': 'number',
  'demand.daysApart': 'number',
  'demand.monthsUnpaidSince': 'number',
  /** How a demand reached him: `signed`, `arrived`, `should-have-arrived`, `public-notice`, `sent-to-reserved`, `sent`. */
  'demand.receipt': 'text',
  /** Minor units. */
  'debt.principal': 'number',
  /** `card`, `loan`. */
  'debt.kind': 'text',
  'debt.instalments': 'flag',
  'debt.jointDebtors': 'flag',
  'limitation.yearsSinceKnown': 'number',
  'limitation.yearsSinceRight': 'number',
  /** `last-instalment`, `each-instalment`. */
  'limitation.runsFrom': 'text',
  /** What happened: `demand`, `consent`, `promise`, `part-payment`, `plan`, `delay-asked`, `suit`, `arbitration`, … */
  'limitation.event': 'text',
  'limitation.restarted': 'flag',
  /** What it is taken for: `demand`, `consent`, `suit`, `waiver`, `nothing`. */
  'limitation.takenFor': 'text',
  /** How far it reaches: `part`, `whole`; `one-debtor`, `all-debtors`. */
  'limitation.reach': 'text',
  'limitation.obstacle': 'flag',
  'limitation.monthsSinceObstacle': 'number',
  'limitation.expired': 'flag',
  /** `agreed`, `default`. */
  'guarantee.term': 'text',
  'guarantee.monthsSinceDue': 'number',
  'guarantee.takenAsInterrupted': 'flag',
} as const;
export type FactName = keyof typeof factKinds;
export type FactValue = string | number | boolean | readonly string[];
export type FactValues = { readonly [Name in FactName]?: FactValue };

/** ISO-8601 in UTC with milliseconds. */
export type Instant = string;
/** `YYYY-MM-DD`. */
export type LocalDate = string;
