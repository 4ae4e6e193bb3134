import { defineEvents, type Logger, type PlatformEvent } from '@arrears/observability';

export const consoleEvents = defineEvents([
  'login-begun',
  'login-refused',
  'session-opened',
  'session-renewed',
  'session-ended',
  'service-away',
]);
export type ConsoleEvent = PlatformEvent | (typeof consoleEvents)[number];
export type ConsoleLog = Logger<ConsoleEvent>;
