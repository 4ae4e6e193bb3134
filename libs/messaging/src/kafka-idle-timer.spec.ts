import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { fixIdleTimer } from './kafka-idle-timer.js';

interface Queue {
  pending: { sentAt?: number }[];
  inflight: Map<number, unknown>;
  throttledUntil: number;
  checkPendingRequests(): void;
  push(request: unknown): void;
  destroy(): void;
}
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue;

function queue(): Queue & { checks: number } {
  const logger = { debug: () => undefined, warn: () => undefined };
  const made = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger, broker: 'b', clientId: 'c' });
  const counted = Object.assign(made, { checks: 0 });
  const check = counted.checkPendingRequests.bind(counted);
  counted.checkPendingRequests = () => {
    counted.checks++;
    check();
  };
  return counted;
}
const request = (correlationId: number, sent: number[]) => ({
  entry: { correlationId, resolve: () => undefined, reject: () => undefined },
  expectResponse: true,
  sendRequest: () => sent.push(correlationId),
});
/** What an answer from the broker sets off on a connection that then is idle. */
async function checksOfAnIdleConnection(): Promise<number> {
  const idle = queue();
  idle.checkPendingRequests();
  await sleep(200);
  idle.destroy();
  return idle.checks;
}

describe('the request queue of kafkajs', () => {
  it('as published wakes an idle process all the time, and with the fix not at all', async () => {
    expect(await checksOfAnIdleConnection()).toBeGreaterThan(50);
    fixIdleTimer();
    expect(await checksOfAnIdleConnection()).toBe(1);
  });

  it('still sends a throttled request when its time has come', async () => {
    fixIdleTimer();
    const throttled = queue();
    const sent: number[] = [];
    throttled.throttledUntil = Date.now() + 60;
    throttled.push(request(1, sent));
    expect(sent).toEqual([]);
    await sleep(120);
    expect(sent).toEqual([1]);
    throttled.destroy();
  });
});
