export * from './compile.js';
export { comparisonsIn, factsAsked, judge, type Truth } from './condition.js';
export { limitUse, type LimitUse } from './count.js';
export * from './evaluate.js';
export * from './holds.js';
export * from './load.js';
export * from './rule.js';
export * from './usual.js';
export * from './vocabulary.js';
