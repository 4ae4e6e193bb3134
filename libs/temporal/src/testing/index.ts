export * from './time-skipping.js';
