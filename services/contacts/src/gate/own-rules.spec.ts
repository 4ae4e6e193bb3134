import { describe, expect, it } from '@jest/globals';
import type { GateFacts, GatePerson, GatePoint } from './facts.js';
import { ownDenial, ownDenials, ownRuleIds } from './own-rules.js';

const own = ownRuleIds.filter((id) => id !== 'HOLD' && id !== 'NEVER-CONTACT');

describe('a rule of the gate itself', () => {
  it.each(own)('%s is told in Chinese and in English, with the article it is cited by', (rule) => {
    const { zh, en, citation, ...denial } = ownDenial(rule);
    expect(denial).toEqual({ rule, pack: 'gate', packVersion: '2', severity: 'house', until: 'never' });
    expect(citation).toEqual({
      ...{ document: 'Contact gate', article: expect.stringMatching(/^[a-z0-9: ]{8,}$/) },
      zh: { document: '触达网关', article: expect.stringMatching(/\p{Script=Han}{2}/u) },
    });
    expect(zh).toMatch(/\p{Script=Han}{4}/u);
    expect(en).toMatch(/^[A-Z][^\p{Script=Han}]{20,}$/u);
  });

  it('says something of its own', () => {
    const texts = own
      .map(ownDenial)
      .flatMap(({ zh, en, citation }) => [zh, en, citation.article, citation.zh?.article]);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('a third person', () => {
  const father: GatePerson = {
    ...{ role: 'relatedThird', relation: 'parent', timeZone: null, language: null, status: 'normal', barred: false },
    ...{ refused: false, consents: [], ceased: [], hasOtherPoint: false },
  };
  const point = (bars: GatePoint['bars']): GatePoint => ({
    ...{ contactPointId: 'x', kind: 'mobile', number: 'n', place: 'other', reserved: false, valid: 'yes' },
    ...{ optedOut: [], bars },
  });
  const facts: Pick<GateFacts, 'now' | 'lastInboundAt' | 'debtor' | 'points'> = {
    ...{ now: '2026-11-09T04:00:00.000Z', lastInboundAt: null, debtor: null },
    points: [],
  };
  const denied = (points: GatePoint[]) =>
    ownDenials({ purpose: 'locate' }, father, { ...facts, points }).map(({ rule }) => rule);

  it('has refused where whoever has one of his numbers has', () => {
    expect(denied([point([]), point(['third-party-refused'])])).toEqual(['THIRD-PARTY-REFUSED']);
    expect(denied([point([]), point(['wrong-person'])])).toEqual(['THIRD-PARTY-DEBTOR-REACHABLE']);
    expect(denied([])).toEqual(['THIRD-PARTY-DEBTOR-REACHABLE']);
  });

  it('is spoken against by each rule that does, in their order', () => {
    const serve = (person: GatePerson) => ownDenials({ purpose: 'serve' }, person, facts).map(({ rule }) => rule);
    expect(serve({ ...father, status: 'no-capacity', refused: true })).toEqual([
      'PERSON-STATUS',
      'SERVE-WINDOW',
      'THIRD-PARTY-REFUSED',
    ]);
    // Whom nobody may ever contact is denied as such.
    expect(serve({ ...father, status: 'dead' })).toEqual(['SERVE-WINDOW']);
  });
});
