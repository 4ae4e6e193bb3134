import { Client, Connection } from '@temporalio/client';
import { collectionCase } from '@arrears/contracts';

/** Ids of all case workflows that Temporal knows of in a namespace, running or not; runs of one are one. */
export async function caseWorkflows({ address, namespace }: { address: string; namespace: string }): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const ids = new Set<string>();
    const query = `WorkflowType = '${collectionCase.workflowType}'`;
    for await (const { workflowId } of new Client({ connection, namespace }).workflow.list({ query }))
      ids.add(workflowId);
    return [...ids];
  } finally {
    await connection.close();
  }
}
