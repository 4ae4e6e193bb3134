import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { Linter } from 'eslint';
import { noPersonalData } from '../../deploy/lint/no-personal-data.mjs';
import { onlyTheClockReadsTheTime } from '../../deploy/lint/only-the-clock-reads-the-time.mjs';

/** Each boundary rule is shown to fire: a rule that never fires protects nothing. */
interface Violation {
  from: string;
  rule: { name: string };
}
const fixtures = 'test/fixtures/boundaries';

function violations(): Map<string, string[]> {
  let text: string;
  try {
    text = execFileSync(
      'node_modules/.bin/depcruise',
      ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', fixtures],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
  } catch (failure) {
    text = (failure as { stdout: string }).stdout;
  }
  const { summary } = JSON.parse(text) as { summary: { violations: Violation[] } };
  const byRule = new Map<string, string[]>();
  for (const { rule, from } of summary.violations)
    byRule.set(rule.name, [...(byRule.get(rule.name) ?? []), from.replace(`${fixtures}/`, '')]);
  return byRule;
}

describe('import boundaries', () => {
  const found = violations();
  it.each([
    ['service-imports-no-other-service', 'services/cases/src/imports-service.ts'],
    ['workflow-imports-only-workflow-sdk-contract-types-and-pure-libs', 'workflows/collection-case/src/imports-zod.ts'],
    ['pure-lib-imports-no-infrastructure', 'libs/money/src/imports-pg.ts'],
    ['pure-lib-imports-no-node-builtin', 'libs/compliance/src/reads-file.ts'],
    ['typeorm-only-in-stores-and-persistence', 'services/cases/src/imports-typeorm.ts'],
    ['kafkajs-only-in-messaging', 'services/cases/src/imports-kafkajs.ts'],
    ['provider-only-behind-the-permit-check', 'services/notifications/src/walks-around-gate.ts'],
    ['provider-only-behind-the-permit-check', 'services/cases/src/sends-itself.ts'],
    ['stand-in-has-only-the-shape-of-a-provider', 'services/notifications/src/testing/holds-adapter.ts'],
    ['adapters-are-opened-in-one-place', 'services/notifications/src/sending/opens-adapter.ts'],
    ['provider-protocol-only-in-adapters', 'services/notifications/src/sending/speaks-smtp.ts'],
    ['provider-protocol-only-in-adapters', 'libs/messaging/src/speaks-smpp.ts'],
    ['no-circular-imports', 'libs/treatment/src/circle-a.ts'],
  ])('%s fires on %s', (rule, file) => {
    expect(found.get(rule)).toContain(file);
  });
});

describe('personal data by name', () => {
  const linter = new Linter();
  const check = (code: string) =>
    linter
      .verify(code, [
        { plugins: { arrears: { rules: { personal: noPersonalData } } }, rules: { 'arrears/personal': 'error' } },
      ])
      .map(({ message }) => message);

  it.each([
    ['a Kafka key', 'publish({ key: person.idNumber })'],
    ['a header', 'publish({ headers: { to: phone } })'],
    ['a workflow id', 'start({ workflowId: `case-${idNumber}` })'],
    ['a search attribute', 'upsert({ searchAttributes: { Name: debtorName } })'],
    ['a URL', 'request({ url: `/people/${phone}` })'],
    ['a metric label', 'counter.labels(destination).inc()'],
    ['a log line', "this.log.info('sent', { outcome: destination })"],
  ])('is refused in %s', (_place, code) => {
    expect(check(code)).toHaveLength(1);
  });

  it('is accepted once a function has turned it into something opaque', () => {
    expect(check('publish({ key: personId(secret, idNumber) })')).toEqual([]);
  });
});

describe('the time', () => {
  const linter = new Linter();
  const check = (code: string) =>
    linter
      .verify(code, [
        { plugins: { arrears: { rules: { time: onlyTheClockReadsTheTime } } }, rules: { 'arrears/time': 'error' } },
      ])
      .map(({ message }) => message);

  it.each(['Date.now()', 'new Date()', 'performance.now()', 'Temporal.Now.instant()'])('is not read by %s', (code) => {
    expect(check(code)).toHaveLength(1);
  });

  it('may be converted', () => {
    expect(check("new Date(0); Date.parse('2026-11-09')")).toEqual([]);
  });
});
