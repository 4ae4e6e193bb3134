import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { selectPolicy } from '../select.js';
import { build, cny } from '../testing/cases.js';
import { loadPolicySet } from './load-set.js';

const read = (name: string): string => readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8');
const consumer = { file: 'consumer.yaml', text: read('cn-unsecured-consumer') };
const card = { file: 'card.yaml', text: read('credit-card') };
const load = (...files: { file: string; text: string }[]) => loadPolicySet(files, build);
const codes = (result: ReturnType<typeof load>): string[] =>
  result.ok ? [] : result.problems.map((problem) => `${problem.file} ${problem.code}`);

describe('policies that live together', () => {
  it('the two shipped ones leave no account without a policy', () => expect(codes(load(consumer, card))).toEqual([]));

  it('are refused without a default', () => expect(codes(load(card))).toEqual(['card.yaml NO-DEFAULT']));

  it('are refused when a day lies between two versions of the default', () => {
    const from = "effectiveFrom: '2020-01-01'";
    const until = (date: string) => ({
      ...consumer,
      text: consumer.text.replace(from, `${from}\neffectiveTo: '${date}'`),
    });
    const next = {
      file: 'v2.yaml',
      text: consumer.text.replace('version: 1', 'version: 2').replace(from, "effectiveFrom: '2026-08-01'"),
    };
    expect(codes(load(until('2026-06-30'), next, card))).toEqual(['consumer.yaml NO-DEFAULT']);
    expect(codes(load(until('2026-07-31'), next, card))).toEqual([]);
  });

  it('are refused when the default is not the last resort', () => {
    const eager = { ...consumer, text: consumer.text.replace('priority: 0', 'priority: 99') };
    expect(codes(load(eager, card))).toEqual(['consumer.yaml NO-DEFAULT']);
  });

  it('are refused when two could win the same account', () => {
    const rival = { file: 'rival.yaml', text: card.text.replace('id: credit-card', 'id: rival') };
    expect(codes(load(consumer, card, rival))).toEqual(['rival.yaml NO-SINGLE-WINNER']);
    const apart = { ...rival, text: rival.text.replaceAll('[credit-card]', '[mortgage]') };
    expect(codes(load(consumer, card, apart))).toEqual([]);
  });

  it('are refused when two versions are in force on one day', () => {
    const next = { file: 'v2.yaml', text: card.text.replace('version: 1', 'version: 2') };
    expect(codes(load(consumer, card, next))).toEqual(['v2.yaml EFFECTIVE-OVERLAP']);
    const ended = {
      ...card,
      text: card.text.replace("effectiveFrom: '2020-01-01'", "effectiveFrom: '2020-01-01'\neffectiveTo: '2026-06-30'"),
    };
    const begun = { ...next, text: next.text.replace("effectiveFrom: '2020-01-01'", "effectiveFrom: '2026-07-01'") };
    expect(codes(load(consumer, ended, begun))).toEqual([]);
  });
});

describe('a later version', () => {
  const second = { file: 'consumer.v2.yaml', text: read('cn-unsecured-consumer.v2') };
  const both = load(consumer, second, card);
  const set = both.ok ? both.set : new Map();
  const asked = { agreementId: 'AGR-1', product: 'consumer-loan', facts: { exposure: cny(100) } };

  it('ends the one before that names no end, which stays as it was published', () => {
    expect(codes(both)).toEqual([]);
    expect(selectPolicy(set, { ...asked, on: '2026-11-30' })).toMatchObject({ version: 1 });
    expect(selectPolicy(set, { ...asked, on: '2026-12-01' })).toMatchObject({ version: 2 });
  });

  it('is refused when the one before says that it lasts longer', () => {
    const until = consumer.text.replace('version: 1', "version: 1\neffectiveTo: '2027-01-31'");
    expect(codes(load({ ...consumer, text: until }, second, card))).toEqual(['consumer.v2.yaml EFFECTIVE-OVERLAP']);
  });

  it('is refused when it begins before an older one', () => {
    const early = second.text.replace("effectiveFrom: '2026-12-01'", "effectiveFrom: '2019-12-01'");
    expect(codes(load(consumer, { ...second, text: early }, card))).toEqual(['consumer.v2.yaml EFFECTIVE-OVERLAP']);
  });
});

describe('the policy of an account', () => {
  const result = load(consumer, card);
  const set = result.ok ? result.set : new Map();
  const asked = { agreementId: 'AGR-1', on: '2026-11-09', facts: { exposure: cny(100) } };

  it('is the one of its product, else the default', () => {
    expect(selectPolicy(set, { ...asked, product: 'credit-card' })).toEqual({
      policyId: 'credit-card',
      version: 1,
      unsure: [],
    });
    expect(selectPolicy(set, { ...asked, product: 'mortgage' })).toMatchObject({ policyId: 'cn-unsecured-consumer' });
  });

  it('is none before any was in force', () =>
    expect(selectPolicy(set, { ...asked, product: 'x', on: '2019-12-31' })).toBeNull());
});
