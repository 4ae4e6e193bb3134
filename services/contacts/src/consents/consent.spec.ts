import { describe, expect, it } from '@jest/globals';
import type { Condition } from '@arrears/compliance';
import { loadRuleBook } from '../gate/packs.js';
import { consentKinds } from './consent.js';

function consentsAsked(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  if ('all' in condition) return condition.all.flatMap(consentsAsked);
  if ('any' in condition) return condition.any.flatMap(consentsAsked);
  if ('not' in condition) return consentsAsked(condition.not);
  return condition.fact === 'person.consents' && 'has' in condition ? [condition.has] : [];
}

describe('the kinds of consent', () => {
  it('are all that any pack asks for', () => {
    const asked = loadRuleBook().packs.flatMap(({ rules }) =>
      rules.flatMap(({ when, unless, requires }) => [when, unless, requires].flatMap(consentsAsked)),
    );
    expect(asked).toContain('any-hour');
    for (const kind of asked) expect(consentKinds).toContain(kind);
  });
});
