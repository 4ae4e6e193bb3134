import type { AccountFacts, Purpose } from '@arrears/contracts';

/**
 * What must still be true of the case for a contact of each purpose, beside `voidBefore`. A contact that names an
 * account which is no longer in such a state would say something that is not so: it is stale.
 */
interface PurposeNeeds {
  openCase: boolean;
  accounts: readonly AccountFacts['status'][] | 'any';
  /** Answers to the debtor himself go on while the case moves. */
  voidable: boolean;
  /** Whether the feed of cases must be fresh: his own question may be answered when it is not. */
  freshFeed: boolean;
}

/** What an agency or a court has in hand is not collected by us at the same time. */
const owed = ['open', 'written-off'] as const;
const notPaid = [...owed, 'plan', 'bank-pending', 'with-agency', 'with-legal'] as const;
const strict = { openCase: true, voidable: true, freshFeed: true } as const;

export const purposeNeeds: Readonly<Record<Purpose, PurposeNeeds>> = {
  collect: { ...strict, accounts: owed },
  'remind-due': { ...strict, accounts: notPaid },
  // A thank-you is about accounts that were paid, mostly in a case that has closed by then.
  'confirm-payment': { openCase: false, accounts: 'any', voidable: true, freshFeed: true },
  serve: { openCase: false, accounts: 'any', voidable: false, freshFeed: false },
  'plan-admin': { ...strict, accounts: notPaid },
  'legal-notice': { ...strict, accounts: notPaid },
  'statutory-notice': { ...strict, accounts: notPaid },
  locate: { ...strict, accounts: notPaid },
  'complaint-reply': { openCase: false, accounts: 'any', voidable: false, freshFeed: true },
};
