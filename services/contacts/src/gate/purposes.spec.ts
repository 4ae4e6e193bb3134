import { describe, expect, it } from '@jest/globals';
import type { Purpose } from '@arrears/contracts';
import { purposeNeeds } from './purposes.js';

const owed = ['open', 'written-off'];
const notPaid = [...owed, 'plan', 'bank-pending', 'with-agency', 'with-legal'];
const strict = { openCase: true, voidable: true, freshFeed: true };

describe('what must still be true of the case', () => {
  it.each<[Purpose, object]>([
    ['collect', { ...strict, accounts: owed }],
    ['remind-due', { ...strict, accounts: notPaid }],
    ['plan-admin', { ...strict, accounts: notPaid }],
    ['legal-notice', { ...strict, accounts: notPaid }],
    ['statutory-notice', { ...strict, accounts: notPaid }],
    ['locate', { ...strict, accounts: notPaid }],
    // A thank-you may come after the case has closed, but not after a correction of what it thanks for.
    ['confirm-payment', { openCase: false, accounts: 'any', voidable: true, freshFeed: true }],
    // His own question is answered whatever has become of the case; a complaint also, but by somebody who is up to date.
    ['serve', { openCase: false, accounts: 'any', voidable: false, freshFeed: false }],
    ['complaint-reply', { openCase: false, accounts: 'any', voidable: false, freshFeed: true }],
  ])('to %s: %j', (purpose, needs) => {
    expect(purposeNeeds[purpose]).toEqual(needs);
  });
});
