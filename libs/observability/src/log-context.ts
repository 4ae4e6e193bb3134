import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from './fields.js';

const storage = new AsyncLocalStorage<LogFields>();

/** Every line logged while `work` runs carries these fields too (the request id, the case): nobody passes them along. */
export function withLogContext<T>(fields: LogFields, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, work);
}

export function logContext(): LogFields {
  return storage.getStore() ?? {};
}
