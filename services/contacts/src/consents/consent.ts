/**
 * What a person may agree to, by which a rule is waived or a contact becomes possible at all. The kinds are those that packs
 * ask for in `person.consents`, and a few that people record for their own work.
 */
export const consentKinds = [
  /** Contacts outside the usual hours. */
  'any-hour',
  /** Electronic channels, each by itself. */
  'email',
  'sms',
  'push',
  'voice-bot',
  /** More dials a day than the rule allows, agreed with the debtor. */
  'more-calls',
  /** Entering his home on a visit. */
  'home-entry',
  /** Contacting somebody else about the debt. */
  'third-party-contact',
  /** Somebody else offers to pay and agrees to be contacted about it. */
  'third-party-pays',
  /** Giving his data to another controller. */
  'data-sharing',
  /** Handling sensitive data, such as health in a hardship. */
  'sensitive-data',
  /** Contacts at his workplace. */
  'workplace',
] as const;
export type ConsentKind = (typeof consentKinds)[number];
