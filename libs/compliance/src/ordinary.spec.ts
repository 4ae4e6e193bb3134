import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compilePacks, evaluate, loadPacks, packErrorText, type Contact, type FactValues } from './index.js';

const folder = new URL('../packs/', import.meta.url);
const loaded = loadPacks(
  readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') })),
);
if (!loaded.ok) throw new Error(loaded.errors.map(packErrorText).join('\n'));
const usualIn = (jurisdiction: string) =>
  compilePacks(loaded.packs.filter((pack) => [jurisdiction, 'any'].includes(pack.jurisdiction)));

/** What a gate tells of a message that the machine writes to a debtor, and no more. */
const told: FactValues = {
  'person.role': 'debtor',
  'person.status': 'normal',
  'person.represented': false,
  'person.refused': false,
  'person.consents': [],
  'person.hasOtherPoint': true,
  'point.kind': 'mobile',
  'point.place': 'other',
  'point.reserved': true,
  'point.optedOut': [],
  'case.stage': 'reminder',
  'case.planKept': false,
  'case.disputed': false,
  'actor.kind': 'machine',
};

const asks = (jurisdiction: string, contact: Partial<Contact>, values: FactValues) => {
  const packs = usualIn(jurisdiction);
  const verdict = evaluate(
    packs,
    {
      ...({ at: '2026-11-09T02:00:00.000Z', channel: 'sms', purpose: 'collect', by: 'firstParty' } as const),
      ...{ caseId: 'c', person: 'p', number: 'n', debts: ['d'], zones: packs.zones.slice(0, 1), jurisdiction },
      ...contact,
    },
    { values, events: [], holds: [] },
  );
  return verdict.verdict === 'permit' ? [] : verdict.denials.map(({ rule }) => rule).sort();
};

describe('all packs of China together', () => {
  const sms = (contact: Partial<Contact> = {}, values: FactValues = {}) => asks('CN', contact, { ...told, ...values });

  it.each(['sms', 'email', 'push', 'letter'] as const)('let the machine write to a debtor at ten: %s', (channel) => {
    for (const purpose of ['collect', 'remind-due', 'confirm-payment', 'statutory-notice', 'legal-notice'] as const)
      expect([purpose, sms({ channel, purpose })]).toEqual([purpose, []]);
  });

  it('let a trained collector call on a recorded line', () => {
    const collector = { 'actor.kind': 'human', 'actor.trainedUntil': '2027-01-01', 'actor.violentRecord': false };
    expect(sms({ channel: 'call' }, { ...collector, 'contact.recorded': true })).toEqual([]);
    expect(sms({ channel: 'call' }, collector)).toEqual(['CN-CBA-PHONE-REC']);
  });

  it('let an agency write of which all is known', () => {
    const agency = {
      'agency.listed': true,
      'agency.published': true,
      'agency.inspectedUntil': '2027-03-01',
      'agency.evaluatedUntil': '2027-02-01',
    };
    expect(sms({ by: 'agency' }, agency)).toEqual([]);
    expect(sms({ by: 'agency' })).toEqual(['CN-CBA-AGENCY', 'CN-GBT-AGENCY']);
  });

  it('let nobody collect while an instalment agreement is kept, and its instalment be reminded of', () => {
    expect(sms({}, { 'case.planKept': true })).toEqual(['CN-CC-70-STOP']);
    expect(sms({ by: 'buyer' }, { 'case.planKept': true })).toContain('CN-CC-70-STOP');
    expect(sms({ purpose: 'remind-due' }, { 'case.planKept': true })).toEqual([]);
  });
});

describe('all packs of the United States together', () => {
  it('bind an agency by facts that must be told, and not the lender', () => {
    const noon = { at: '2026-11-09T17:00:00.000Z' };
    expect(asks('US', noon, told)).toEqual([]);
    expect(asks('US', { ...noon, by: 'agency' }, told)).toEqual(['US-F-CEASE', 'US-F-VALID']);
    const all = { ...told, 'person.ceased': [], 'case.contacted': false };
    expect(asks('US', { ...noon, by: 'agency' }, all)).toEqual([]);
  });
});

describe('all packs of the United Kingdom together', () => {
  it('bind everybody by facts that must be told', () => {
    const noon = { at: '2026-11-09T12:00:00.000Z' };
    expect(asks('GB', noon, told)).toEqual(['UK-BREATH-60', 'UK-CRISIS-30']);
    expect(asks('GB', noon, { ...told, 'debtor.breathingSpace': false, 'debtor.crisis': 'none' })).toEqual([]);
  });
});
