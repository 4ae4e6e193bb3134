import { createRequire } from 'node:module';

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const patched = Symbol('arrears: idle timer fixed');
const checkIntervalMs = 10;

/**
 * kafkajs 2.2.4 asks each connection's request queue again and again whether something waits: its timer re-arms itself
 * also when nothing does, with a negative delay that Node makes 1 ms. An idle process then wakes a thousand times a second for
 * each connection. Here the timer is armed only while requests wait; `push` and every answer call this function,
 * so nothing is forgotten. Pinned to the version: another one is left alone unless it has the same method.
 */
export function fixIdleTimer(): void {
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { [patched]?: true };
  };
  if (prototype[patched] === true || typeof prototype.scheduleCheckPendingRequests !== 'function') return;
  prototype[patched] = true;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const delayMs = Math.max(this.throttledUntil - Date.now(), checkIntervalMs);
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, delayMs);
  };
}
