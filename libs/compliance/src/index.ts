export * from './compile.js';
export { datesAsked, factsAsked, judge, type Truth } from './condition.js';
export * from './evaluate.js';
export * from './holds.js';
export * from './load.js';
export * from './rule.js';
export * from './vocabulary.js';
