import { leaves } from '../facts/conditions.js';
import { type StepId, STEP_OUTCOMES, type StepKind } from '../shapes/base.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import type { Step } from '../shapes/step.js';
import type { Finding, Path } from './problem.js';

export interface StepContext {
  performable: readonly StepKind[];
  templates: readonly string[];
}

/** Everything wrong with the list of steps and with whatever names a step. */
export function checkSteps(policy: CollectionPolicy, context: StepContext): Finding[] {
  return [
    ...policy.steps.flatMap((step, i) => checkStep(step, ['steps', i], policy, context)),
    ...duplicates(policy),
    ...unknownSteps(policy),
    ...unreachable(policy),
  ];
}

const SENDS: ReadonlySet<StepKind> = new Set(['sms', 'email', 'push', 'voiceBot', 'letter']);

/** What a kind can't do without. */
const NEEDS: Partial<Record<StepKind, (keyof Step)[]>> = {
  visit: ['visit'],
  agency: ['agency'],
  offer: ['offer'],
  review: ['review'],
  'request-write-off': ['approval'],
  'hand-off': ['approval'],
  'instruct-bank': ['instruct'],
};

function checkStep(step: Step, path: Path, policy: CollectionPolicy, context: StepContext): Finding[] {
  const found: Finding[] = [];
  if (!context.performable.includes(step.kind)) {
    found.push({
      path: [...path, 'kind'],
      code: 'NOT-PERFORMABLE',
      zh: `步骤 ${step.id}：本版本不能执行 ${step.kind}`,
      en: `Step ${step.id}: this build can't perform ${step.kind}`,
      fix: `use one of ${context.performable.join(', ')}`,
    });
  }
  if (SENDS.has(step.kind) && step.template === undefined) found.push(incomplete(step, path, 'template'));
  for (const key of NEEDS[step.kind] ?? []) if (step[key] === undefined) found.push(incomplete(step, path, key));
  if (step.template !== undefined && !context.templates.includes(step.template.id)) {
    found.push(unknownTemplate(step.template.id, [...path, 'template', 'id'], context));
  }
  if (step.review !== undefined && !step.review.outcomes.includes(step.review.onTimeout)) {
    const { onTimeout } = step.review;
    found.push({
      path: [...path, 'review', 'onTimeout'],
      code: 'UNKNOWN-REFERENCE',
      zh: `步骤 ${step.id}：超时结果 ${onTimeout} 不在结果列表中`,
      en: `Step ${step.id}: onTimeout ${onTimeout} is not one of its outcomes`,
    });
  }
  const matrix = step.approval?.matrix;
  if (matrix !== undefined && !policy.approvals.some((one) => one.id === matrix)) {
    found.push(unknownReference([...path, 'approval', 'matrix'], `approval matrix ${matrix}`, `审批矩阵 ${matrix}`));
  }
  const catalog = step.offer?.catalog;
  if (catalog !== undefined && !policy.offers.some((one) => one.catalog === catalog)) {
    found.push(unknownReference([...path, 'offer', 'catalog'], `offer catalogue ${catalog}`, `方案目录 ${catalog}`));
  }
  return found;
}

function incomplete(step: Step, path: Path, key: string): Finding {
  return {
    path,
    code: 'INCOMPLETE-STEP',
    zh: `步骤 ${step.id}（${step.kind}）缺少 ${key}`,
    en: `Step ${step.id} of kind ${step.kind} needs ${key}`,
    fix: `add ${key}`,
  };
}

export function unknownTemplate(template: string, path: Path, { templates }: StepContext): Finding {
  return {
    path,
    code: 'UNKNOWN-TEMPLATE',
    zh: `未知模板 ${template}`,
    en: `Unknown template ${template}`,
    fix: `known templates: ${templates.join(', ')}`,
  };
}

export const unknownReference = (path: Path, en: string, zh: string): Finding => ({
  path,
  code: 'UNKNOWN-REFERENCE',
  zh: `${zh} 未定义`,
  en: `There is no ${en}`,
});

function duplicates(policy: CollectionPolicy): Finding[] {
  return policy.steps.flatMap((step, i) =>
    policy.steps.findIndex((other) => other.id === step.id) === i
      ? []
      : [
          {
            path: ['steps', i, 'id'],
            code: 'DUPLICATE-STEP' as const,
            zh: `步骤 ${step.id} 重复`,
            en: `Step ${step.id} is there twice`,
          },
        ],
  );
}

/** Every place in a policy that names a step. */
export function stepReferences(policy: CollectionPolicy): { path: Path; step: StepId }[] {
  const refs: { path: Path; step: StepId }[] = [];
  policy.steps.forEach((step, i) => {
    if (step.trigger.on === 'after') refs.push({ path: ['steps', i, 'trigger', 'step'], step: step.trigger.step });
    step.onImpossible.forEach(({ then }, j) => {
      if (typeof then === 'object')
        refs.push({ path: ['steps', i, 'onImpossible', j, 'then', 'step'], step: then.step });
    });
    for (const leaf of leaves(step.when)) if ('did' in leaf) refs.push({ path: ['steps', i, 'when'], step: leaf.did });
  });
  policy.gates.forEach((gate, i) => {
    if (gate.else !== 'review') refs.push({ path: ['gates', i, 'else', 'step'], step: gate.else.step });
    for (const leaf of leaves(gate.require))
      if ('did' in leaf) refs.push({ path: ['gates', i, 'require'], step: leaf.did });
  });
  policy.escalation.forEach(({ then }, i) => {
    if (then.step !== undefined) refs.push({ path: ['escalation', i, 'then', 'step'], step: then.step });
  });
  refs.push({ path: ['cycle', 'extension', 'onNone'], step: policy.cycle.extension.onNone });
  if (policy.limitation !== null) refs.push({ path: ['limitation', 'step'], step: policy.limitation.step });
  policy.exits.forEach((exit, i) => {
    for (const leaf of leaves(exit.when)) if ('did' in leaf) refs.push({ path: ['exits', i, 'when'], step: leaf.did });
  });
  policy.experiment?.arms.forEach((arm, i) => {
    arm.overrides.forEach(({ step }, j) =>
      refs.push({ path: ['experiment', 'arms', i, 'overrides', j, 'step'], step }),
    );
  });
  return refs;
}

function unknownSteps(policy: CollectionPolicy): Finding[] {
  const known = new Set(policy.steps.map((step) => step.id));
  return stepReferences(policy)
    .filter(({ step }) => !known.has(step))
    .map(({ path, step }) => ({
      path,
      code: 'UNKNOWN-STEP' as const,
      zh: `引用了不存在的步骤 ${step}`,
      en: `There is no step ${step}`,
      fix: `known steps: ${[...known].join(', ')}`,
    }));
}

/** Steps that nothing ever makes due: an empty window, days before treatment begins, a parent that can't end so, a circle. */
function unreachable(policy: CollectionPolicy): Finding[] {
  const reached = new Set<StepId>(
    stepReferences(policy)
      .filter(({ path }) => !['trigger', 'when'].includes(String(path[2])))
      .map(({ step }) => step),
  );
  const byId = new Map(policy.steps.map((step) => [step.id, step]));
  for (const step of policy.steps)
    if (rootReason(step, policy) === null && step.trigger.on !== 'after') reached.add(step.id);
  for (let grew = true; grew;) {
    grew = false;
    for (const step of policy.steps) {
      if (reached.has(step.id) || step.trigger.on !== 'after') continue;
      const parent = byId.get(step.trigger.step);
      if (parent === undefined || !reached.has(parent.id) || impossibleOutcome(step, parent)) continue;
      reached.add(step.id);
      grew = true;
    }
  }
  return policy.steps.flatMap((step, i) => {
    if (reached.has(step.id)) return [];
    const why = rootReason(step, policy) ?? parentReason(step, byId);
    return [
      {
        path: ['steps', i, 'trigger'],
        code: 'UNREACHABLE-STEP' as const,
        zh: `步骤 ${step.id} 永远不会触发：${why.zh}`,
        en: `Step ${step.id} can never be due: ${why.en}`,
      },
    ];
  });
}

interface Why {
  zh: string;
  en: string;
}

function rootReason(step: Step, policy: CollectionPolicy): Why | null {
  if (step.when !== undefined && 'any' in step.when && step.when.any.length === 0)
    return { zh: '条件恒为否', en: 'its condition is never true' };
  if (step.trigger.on !== 'dpd' && step.trigger.on !== 'treatmentDay') return null;
  const { from, to, on } = step.trigger;
  if (to === undefined) return null;
  if (to < from) return { zh: `区间 ${from}-${to} 为空`, en: `days ${from}-${to} are no range` };
  const first = on === 'dpd' ? Math.max(policy.entry.minDpd, policy.entry.graceDays + 1) : 1;
  return to < first
    ? { zh: `第 ${to} 天早于催收开始的第 ${first} 天`, en: `day ${to} is before treatment begins on day ${first}` }
    : null;
}

function parentReason(step: Step, byId: ReadonlyMap<StepId, Step>): Why {
  const parent = step.trigger.on === 'after' ? byId.get(step.trigger.step) : undefined;
  if (parent !== undefined && step.trigger.on === 'after' && impossibleOutcome(step, parent)) {
    return {
      zh: `${parent.id} 不会以 ${step.trigger.outcome.join('、')} 结束`,
      en: `${parent.id} never ends as ${step.trigger.outcome.join(', ')}`,
    };
  }
  return { zh: '其前置步骤永远不会触发', en: 'the step it waits for is never due' };
}

const WORDS: ReadonlySet<string> = new Set(STEP_OUTCOMES);

function impossibleOutcome(step: Step, parent: Step): boolean {
  if (step.trigger.on !== 'after') return false;
  const own = new Set(parent.review?.outcomes ?? []);
  return step.trigger.outcome.every((outcome) => !WORDS.has(outcome) && !own.has(outcome));
}
