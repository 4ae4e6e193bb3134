export { startArrears } from './arrears.js';
export type { Arrears, ArrearsOptions } from './arrears.js';
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
