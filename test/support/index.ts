export { startArrears } from './arrears.js';
export type { Arrears, ArrearsOptions, Doors } from './arrears.js';
export { layCable, layKafkaCable, viaCable } from './cable.js';
export type { Cable } from './cable.js';
export { sharedArrears } from './shared.js';
export type { SharedArrears } from './shared.js';
export { startProcess } from './process.js';
export type { RunningProcess } from './process.js';
export {
  createDatabase,
  createTemporalNamespace,
  createTestTopics,
  testServers,
  topicPrefix,
  uniqueLabel,
} from './servers.js';
export type { TestServers } from './servers.js';
export { until } from './until.js';
