import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { build } from '../testing/cases.js';
import { fullPolicy, fullTemplates } from '../testing/policies.js';
import { STEP_KINDS } from '../shapes/base.js';
import { loadPolicy } from './load-policy.js';
import type { PolicyProblem } from './problem.js';

const text = readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8');
const lineOf = (source: string, part: string): number => source.slice(0, source.indexOf(part)).split('\n').length;

function problems(source: string): PolicyProblem[] {
  const result = loadPolicy(source, 'p.yaml', build);
  return result.ok ? [] : result.problems;
}
/** The shipped policy with one thing broken. */
function broken(from: string | RegExp, to: string): PolicyProblem[] {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return problems(changed);
}
const codes = (list: PolicyProblem[]): string[] => [...new Set(list.map((problem) => problem.code))];

describe('a policy file', () => {
  it('loads as YAML and as JSON, examples and all', () => {
    const result = loadPolicy(text, 'p.yaml', build);
    expect(result.ok && result.policy.examples.length).toBeGreaterThan(5);
    const json = result.ok ? JSON.stringify(result.policy, null, 2) : '';
    expect(loadPolicy(json, 'p.json', build).ok).toBe(true);
  });

  it('that is no YAML is refused with line and column', () => {
    expect(problems('id: [unclosed\nversion: 1\n')[0]).toMatchObject({
      code: 'SYNTAX',
      file: 'p.yaml',
      line: expect.any(Number),
    });
  });

  it('with an unknown key is refused, the key named at its line', () => {
    const source = text.replace('mergeDays: 3', 'mergeDays: 3\nmergeWeeks: 1');
    expect(problems(source)).toEqual([
      expect.objectContaining({
        code: 'SCHEMA',
        line: lineOf(source, 'mergeWeeks'),
        column: 1,
        path: ['mergeWeeks'],
        message: { zh: '未知字段 mergeWeeks', en: 'Unknown key mergeWeeks' },
      }),
    ]);
  });

  it('with a misspelt condition names the key inside the condition', () => {
    const source = text.replace('unknown: no }\n    close: cured', 'unknwon: no }\n    close: cured');
    expect(problems(source).map((problem) => problem.path.join('.'))).toContain('exits.0.when.unknwon');
  });

  it('reports all problems, not only the first', () => {
    const source = text
      .replace('approvedBy: house', 'approvedBy: arrears')
      .replace('correction: correction', 'correction: sorry')
      .replace('onNone: review-30', 'onNone: review-31')
      .replace(/^ {2}- { name: M2.*\n/m, '');
    expect(codes(problems(source)).sort()).toEqual(['BUCKETS', 'FOUR-EYES', 'UNKNOWN-STEP', 'UNKNOWN-TEMPLATE']);
  });
});

describe('what a policy may not mean', () => {
  it('an overlap of buckets', () => expect(codes(broken('from: 31, to: 60', 'from: 30, to: 60'))).toEqual(['BUCKETS']));
  it('an author who approves himself', () =>
    expect(codes(broken('approvedBy: house', 'approvedBy: arrears'))).toEqual(['FOUR-EYES']));
  it('a template that is not there', () => {
    const [problem] = broken('template: { id: reminder-1 }', 'template: { id: reminder-9 }');
    expect(problem).toMatchObject({ code: 'UNKNOWN-TEMPLATE', line: lineOf(text, 'template: { id: reminder-1 }') });
    expect(problem?.fix).toContain('reminder-1');
  });
  it('a step that is not there', () =>
    expect(codes(broken('then: { step: review-no-way }', 'then: { step: nowhere }'))).toContain('UNKNOWN-STEP'));
  it('a step that can never be due: an empty range', () => {
    const [problem] = broken('from: 8, to: 14', 'from: 8, to: 7');
    expect(problem).toMatchObject({ code: 'UNREACHABLE-STEP' });
    expect(problem?.message.en).toContain('days 8-7 are no range');
  });
  it('a step whose days are over before treatment begins', () =>
    expect(codes(broken('from: 8, to: 14', 'from: -3, to: 0'))).toContain('UNREACHABLE-STEP'));
  it('a step after an outcome that its parent never has', () => {
    const source = text
      .replace('gates: []', 'gates: []')
      .replace(
        'trigger: { on: treatmentDay, from: 30 }',
        'trigger: { on: after, step: reminder-1, outcome: [sung], wait: { n: 0, unit: hours } }',
      );
    // The cycle and the limitation call for this step as well, so it is still reached; a step of its own is not.
    expect(codes(problems(source))).toEqual(['EXAMPLE']);
    const alone = text.replace(
      'trigger: { on: treatmentDay, from: 15, to: 21 }',
      'trigger: { on: after, step: reminder-1, outcome: [sung], wait: { n: 0, unit: hours } }',
    );
    expect(problems(alone)[0]?.message.en).toContain('reminder-1 never ends as sung');
  });
  it('a step of a kind that this build can not perform', () => {
    const [problem] = broken(/kind: sms/, 'kind: call');
    expect(problem).toMatchObject({ code: 'NOT-PERFORMABLE' });
    expect(problem?.message.zh).toContain('call');
  });
  it('a comparison that could never be decided', () =>
    expect(
      codes(
        broken("than: { minor: '0', currency: CNY }, unknown: no }\n    close", 'than: 0, unknown: no }\n    close'),
      ),
    ).toContain('CONDITION-TYPE'));
  it('an end before the beginning', () =>
    expect(
      codes(broken("effectiveFrom: '2020-01-01'", "effectiveFrom: '2020-01-01'\neffectiveTo: '2019-01-01'")),
    ).toContain('DATES'));
  it('an example that the planner does not confirm', () => {
    const [problem] = broken('effects: [{ step: reminder-1 }]', 'effects: [{ step: reminder-2 }]');
    expect(problem).toMatchObject({ code: 'EXAMPLE', path: ['examples', 0] });
    expect(problem?.message.en).toContain('expected [reminder-2], planned [reminder-1]');
  });
});

describe('the policy with every kind of step', () => {
  const source = JSON.stringify(fullPolicy());
  const context = { performable: STEP_KINDS, templates: fullTemplates };

  it('loads where the build can perform them all', () => {
    const result = loadPolicy(source, 'full.json', context);
    expect(result.ok ? [] : result.problems.map((problem) => problem.message.en)).toEqual([]);
  });

  it('is refused by this build, each kind by name', () => {
    const result = loadPolicy(source, 'full.json', { ...context, performable: build.performable });
    const refused = result.ok ? [] : result.problems.filter((problem) => problem.code === 'NOT-PERFORMABLE');
    expect(refused).toHaveLength(9);
  });

  it('is refused when a kind lacks what it needs', () => {
    const bare = fullPolicy();
    const steps = bare.steps.map((step) =>
      step.kind === 'hand-off' ? { ...step, approval: { matrix: 'nobody' } } : step,
    );
    const result = loadPolicy(
      JSON.stringify({ ...bare, steps: steps.map(({ visit: _visit, ...step }) => step) }),
      'full.json',
      context,
    );
    expect(result.ok ? [] : codes(result.problems).sort()).toEqual(['INCOMPLETE-STEP', 'UNKNOWN-REFERENCE']);
  });
});
