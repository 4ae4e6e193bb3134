import { Connection } from '@temporalio/client';

type WorkflowService = Connection['workflowService'];
type Execution = { workflowId: string; runId: string };
type Page = { history?: object | null; nextPageToken: Uint8Array };
type Listed = {
  executions: { execution?: Partial<Record<keyof Execution, string | null>> | null }[];
  nextPageToken: Uint8Array;
};

/**
 * All that Temporal shows to whoever has no key: descriptions and histories of every workflow of a namespace as text, bytes
 * of payloads read as they are.
 */
export async function rawHistories({ address, namespace }: { address: string; namespace: string }): Promise<string> {
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  const texts: string[] = [];
  try {
    for (let token: Uint8Array | undefined = new Uint8Array(); token;) {
      const listed: Listed = await workflowService.listWorkflowExecutions({ namespace, nextPageToken: token });
      for (const info of listed.executions) {
        collect(info, texts);
        const { workflowId, runId } = info.execution ?? {};
        if (workflowId && runId) await collectHistory(workflowService, namespace, { workflowId, runId }, texts);
      }
      token = listed.nextPageToken.length > 0 ? listed.nextPageToken : undefined;
    }
    return texts.join('\n');
  } finally {
    await connection.close();
  }
}

async function collectHistory(service: WorkflowService, namespace: string, execution: Execution, texts: string[]) {
  for (let token: Uint8Array | undefined = new Uint8Array(); token;) {
    const request = { namespace, execution, nextPageToken: token };
    const page: Page = await service.getWorkflowExecutionHistory(request);
    collect(page.history, texts);
    token = page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
  }
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
  else if (typeof value === 'object' && value !== null)
    for (const [name, field] of Object.entries(value)) {
      texts.push(name);
      collect(field, texts);
    }
}
