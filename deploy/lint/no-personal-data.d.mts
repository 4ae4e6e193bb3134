import type { Rule } from 'eslint';

export const noPersonalData: Rule.RuleModule;
