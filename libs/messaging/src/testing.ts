export { messagingChaos, type MessagingChaosResult } from './chaos/messaging-chaos.js';
export { createMessagingDatabase, createTestBroker, until, type TestBroker } from './test-servers.js';
