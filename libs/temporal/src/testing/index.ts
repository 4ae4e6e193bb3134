export * from './dev-server.js';
export * from './time-skipping.js';
