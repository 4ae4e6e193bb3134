import { Connection } from '@temporalio/client';
import type { TemporalAddress } from './client.js';

/** Asks the server itself, on a connection of its own: those of clients and workers remember that they once were connected. */
export interface TemporalProbe {
  /** Rejects when the server does not answer for the namespace within the deadline. */
  ask(): Promise<void>;
  close(): Promise<void>;
}

/** Connects with the first question. @param options.deadlineMs of one question; default 1,500 */
export function temporalProbe({ address, namespace }: TemporalAddress, { deadlineMs = 1_500 } = {}): TemporalProbe {
  const connection = Connection.lazy({ address });
  return {
    ask: () =>
      connection.withDeadline(Date.now() + deadlineMs, async () => {
        await connection.workflowService.describeNamespace({ namespace });
      }),
    close: () => connection.close(),
  };
}
