import { compilePacks, type CompiledPacks } from './compile.js';
import type { Contact, CountedEvent, Facts } from './evaluate.js';
import { rulePack, type RulePack } from './rule.js';

/** Rules and contacts for tests, each with what matters to it said and all else ordinary. */
export const noon = '2026-11-09T12:00:00+08:00';

/** A rule as it stands in a file: denies nobody by hours that never close, until a test says otherwise. */
export const ruleOf = (id: string, of: object = {}): Record<string, unknown> => ({
  ...{
    id,
    zh: '规则',
    en: 'rule',
    effectiveFrom: '2026-01-01',
    binds: ['firstParty'],
    channels: 'all',
    purposes: 'all',
  },
  ...{ verdict: 'delay', hours: { from: '00:00', to: '24:00' }, severity: 'law' },
  citation: { document: 'Statute', article: '1' },
  examples: [
    { name: 'passes', given: { at: noon }, expect: 'passes' },
    { name: 'denied', given: { at: noon }, expect: { denied: { until: 'never' } } },
  ],
  ...of,
});
/** The same, but with another limit, or none. */
export const blocks = (id: string, when: object, of: object = {}) =>
  ruleOf(id, { verdict: 'block', hours: undefined, when, ...of });
export const requires = (id: string, condition: object, of: object = {}) =>
  ruleOf(id, { verdict: 'require', hours: undefined, requires: condition, ...of });
export const counts = (id: string, counter: object, of: object = {}) =>
  ruleOf(id, { hours: undefined, counter, ...of });

export const packOf = (rules: readonly object[], of: object = {}): RulePack =>
  rulePack.parse({
    ...{
      pack: 'test',
      packVersion: '1',
      title: { zh: '试', en: 'test' },
      jurisdiction: 'CN',
      zones: ['Asia/Shanghai'],
    },
    ...of,
    rules,
  });
export const compiled = (...rules: readonly object[]): CompiledPacks => compilePacks([packOf(rules)]);

export const contactAt = (at: string, of: Partial<Contact> = {}): Contact => ({
  ...{ at: new Date(at).toISOString(), channel: 'sms', purpose: 'collect', by: 'firstParty', caseId: 'case' },
  ...{ person: 'person', number: 'number', debts: ['debt'], zones: ['Asia/Shanghai'] },
  ...of,
});
export const factsOf = (of: Partial<Facts> = {}): Facts => ({ values: {}, events: [], holds: [], ...of });
export const eventAt = (at: string, of: Partial<CountedEvent> = {}): CountedEvent => ({
  ...{ kind: 'smsSent', at: new Date(at).toISOString(), person: 'person', number: 'number', caseId: 'case' },
  ...{ debts: ['debt'] },
  ...of,
});
