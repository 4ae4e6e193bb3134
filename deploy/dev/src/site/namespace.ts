import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** The three search attributes; `IndexedValueType` Keyword is 2. */
const keyword = 2;
const attributes = { CaseStage: keyword, Branch: keyword, CodeVersion: keyword };

/**
 * Makes sure that a namespace exists, has the search attributes and answers queries by them: without one of them a
 * workflow that sets it hangs for ever. Throws after `timeoutMs` of real time.
 */
export async function ensureNamespace(address: string, namespace: string, timeoutMs = 30_000): Promise<void> {
  const connection = await connect(address, timeoutMs);
  try {
    await connection.workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('3 days') })
      .catch(ignoring('already exists'));
    await eventually(timeoutMs, async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.entries(attributes).filter(([name]) => !(name in customAttributes));
      if (missing.length > 0) {
        await connection.operatorService
          .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) })
          .catch(ignoring('already exist'));
      }
      const query = Object.keys(attributes)
        .map((name) => `${name} = 'none'`)
        .join(' OR ');
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
    });
  } finally {
    await connection.close();
  }
}

/** Removes a test's namespace; what runs in it is gone. */
export async function deleteNamespace(address: string, namespace: string): Promise<void> {
  const connection = await connect(address, 10_000);
  try {
    await connection.operatorService.deleteNamespace({ namespace }).catch(ignoring('not found'));
  } finally {
    await connection.close();
  }
}

async function connect(address: string, timeoutMs: number): Promise<Connection> {
  return eventually(timeoutMs, () => Connection.connect({ address, connectTimeout: 2_000 }));
}

async function eventually<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

function ignoring(text: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && error.message.toLowerCase().includes(text))) throw error;
  };
}
