import { describe, expect, it } from '@jest/globals';
import { actorOf, seesAgreement, visibleAgreements } from './actor.js';
import { can, may, type Action } from './can.js';
import { isRole, roles, type Role } from './roles.js';

const actions = Object.keys(can) as Action[];
const changing =
  /\.(create|place|lift|answer|publish|replay|recall|wake|request|commit|release|write|submit|approve|retire|settle)$/;
const granted = (role: Role) => actions.filter((action) => may({ roles: [role] }, action));

describe('the table of who may do what', () => {
  it('names each action with its subject and verb, and gives it to somebody', () => {
    for (const action of actions) {
      expect(action).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+$/);
      expect(can[action].length).toBeGreaterThan(0);
    }
  });

  it('lets the auditor read and change nothing', () => {
    expect(granted('auditor').filter((action) => changing.test(action))).toEqual([]);
    expect(granted('auditor')).toContain('journal.read');
  });

  it('shows the SRE no case, person or message', () => {
    expect(
      granted('sre').filter((action) => /^(case|person|message|contact-record|journal)\.read$/.test(action)),
    ).toEqual([]);
  });

  it('lets our own services ask for permits and previews, and do nothing else', () => {
    expect(granted('service').sort()).toEqual(['permit.commit', 'permit.preview', 'permit.release', 'permit.request']);
    for (const role of roles.filter((one) => one !== 'service')) expect(granted(role)).not.toContain('permit.request');
  });

  it('lets the bank send files and read its own, no more', () => {
    expect(granted('bankSystem').sort()).toEqual(['agreement.read', 'import.create', 'import.read']);
  });

  it('gives nothing to agencies and law firms as long as they have no desk of their own', () => {
    expect([granted('agency'), granted('lawFirm')]).toEqual([[], []]);
  });

  it('adds up the roles of one person', () => {
    expect(may({ roles: ['sre', 'policyAuthor'] }, 'policy.publish')).toBe(true);
    expect(may({ roles: [] }, 'case.read')).toBe(false);
  });
});

describe('scope', () => {
  it.each<[string, unknown, 'all' | string[]]>([
    ['an object with all', { agreements: 'all', scope: 'all' }, 'all'],
    ['an object with ids', { agreements: ['AGR-1', 2, 'AGR-2'] }, ['AGR-1', 'AGR-2']],
    ['a list of texts', ['agreement:AGR-1', 'branch:B1'], ['AGR-1']],
    ['one text', 'agreement:AGR-1 agreement:*', 'all'],
    ['no scope', undefined, []],
    ['nonsense', 7, []],
  ])('is read from %s', (_, scopes, agreements) => {
    expect(actorOf({ sub: 's', roles: ['collector'], scopes }).scope).toEqual({ agreements });
  });

  it('decides what is visible: null for the query means everything, an empty list nothing', () => {
    const of = (scopes: unknown) => actorOf({ sub: 's', roles: 'collector', scopes });
    expect(visibleAgreements(of('agreement:*'))).toBeNull();
    expect(visibleAgreements(of(undefined))).toEqual([]);
    expect([seesAgreement(of('agreement:A'), 'A'), seesAgreement(of('agreement:A'), 'B')]).toEqual([true, false]);
    expect(seesAgreement(of('agreement:*'), 'B')).toBe(true);
  });

  it('of our own services is everything', () => {
    expect(visibleAgreements(actorOf({ sub: 's', roles: ['service'] }))).toBeNull();
  });

  it('has roles only from the list', () => {
    expect([isRole('headOffice'), isRole('root'), isRole(undefined)]).toEqual([true, false, false]);
  });
});
