import { validateBuckets } from '@arrears/money';
import type { CollectionPolicy } from '../shapes/policy.js';
import { checkConditions } from './check-conditions.js';
import { checkSteps, type StepContext, unknownReference, unknownTemplate } from './check-steps.js';
import type { Finding } from './problem.js';

/** Everything wrong with the meaning of a policy whose shape is right. */
export function checkPolicy(policy: CollectionPolicy, context: StepContext): Finding[] {
  return [
    ...buckets(policy),
    ...people(policy),
    ...dates(policy),
    ...messages(policy, context),
    ...offers(policy),
    ...experiment(policy),
    ...checkConditions(policy),
    ...checkSteps(policy, context),
  ];
}

function buckets(policy: CollectionPolicy): Finding[] {
  return validateBuckets(policy.buckets).map(({ kind, message }) => ({
    path: ['buckets'],
    code: 'BUCKETS',
    zh: `账龄区间有误（${kind}）：${message}`,
    en: `Buckets: ${message}`,
    fix: 'every day from 1 on belongs to exactly one bucket, and the last one is open (to: null)',
  }));
}

function people(policy: CollectionPolicy): Finding[] {
  if (policy.authoredBy !== policy.approvedBy) return [];
  return [
    {
      path: ['approvedBy'],
      code: 'FOUR-EYES',
      zh: '策略不能由作者本人批准',
      en: 'A policy is not approved by its author',
      fix: 'have a second person approve it',
    },
  ];
}

function dates(policy: CollectionPolicy): Finding[] {
  if (policy.effectiveTo === undefined || policy.effectiveTo >= policy.effectiveFrom) return [];
  return [
    { path: ['effectiveTo'], code: 'DATES', zh: '失效日早于生效日', en: 'effectiveTo lies before effectiveFrom' },
  ];
}

/** Thank-you and correction name a template, and that name is their step id: no step of the list may bear it. */
function messages(policy: CollectionPolicy, context: StepContext): Finding[] {
  const named = policy.exits.flatMap((exit, i) =>
    exit.thank === undefined ? [] : [{ path: ['exits', i, 'thank'], template: exit.thank }],
  );
  if (policy.reopen.correction !== undefined)
    named.push({ path: ['reopen', 'correction'], template: policy.reopen.correction });
  return named.flatMap(({ path, template }) => {
    const found: Finding[] = context.templates.includes(template) ? [] : [unknownTemplate(template, path, context)];
    if (policy.steps.some((step) => (step.id as string) === template)) {
      found.push({
        path,
        code: 'DUPLICATE-STEP',
        zh: `${template} 同时是步骤编号`,
        en: `${template} is the id of a step as well`,
      });
    }
    return found;
  });
}

function offers(policy: CollectionPolicy): Finding[] {
  const known = new Set(policy.approvals.map((one) => one.id));
  return policy.offers.flatMap((offer, i) =>
    known.has(offer.approval)
      ? []
      : [
          unknownReference(
            ['offers', i, 'approval'],
            `approval matrix ${offer.approval}`,
            `审批矩阵 ${offer.approval}`,
          ),
        ],
  );
}

function experiment(policy: CollectionPolicy): Finding[] {
  const arms = policy.experiment?.arms ?? [];
  if (arms.length === 0) return [];
  const total = arms.reduce((sum, arm) => sum + arm.share, 0);
  if (Math.abs(total - 1) < 1e-9) return [];
  return [
    {
      path: ['experiment', 'arms'],
      code: 'EXPERIMENT',
      zh: `各组占比之和为 ${total}，应为 1`,
      en: `The arms' shares add up to ${total}, not to 1`,
    },
  ];
}
