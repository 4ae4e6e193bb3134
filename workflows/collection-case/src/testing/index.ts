export * from './keys.js';
export * from './play.js';
export * from './script.js';
export * from './scripted-case.js';
export * from './workers.js';
export * from './dev-cases.js';
export * from './plans.js';
