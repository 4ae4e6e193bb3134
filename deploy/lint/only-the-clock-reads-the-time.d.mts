import type { Rule } from 'eslint';

export const onlyTheClockReadsTheTime: Rule.RuleModule;
