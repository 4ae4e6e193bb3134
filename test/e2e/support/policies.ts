import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Doors } from '../../support/index.js';

/** What scenarios change of a policy; the rest goes along as it is. */
export interface PolicyFile {
  id: string;
  entry: object;
  steps: ({ id: string; windows?: object } & Record<string, unknown>)[];
  examples: { name: string }[];
  [field: string]: unknown;
}

/** The default policy that ships, for agreements of a scenario's own: its hours and all. */
export function houseOf(id: string, agreements: readonly string[], change: (shipped: PolicyFile) => object): object {
  const file = new URL('../../../libs/treatment/policies/cn-unsecured-consumer.yaml', import.meta.url);
  const shipped = parse(readFileSync(file, 'utf8')) as PolicyFile;
  const selection = { priority: 100, agreements, when: { all: [] } };
  // Of the examples, the one that holds whatever a scenario changes of hours and of later steps.
  const common = { id, title: `Scenario ${id}`, effectiveFrom: '2020-01-01', selection };
  return { ...shipped, ...common, examples: shipped.examples.slice(0, 1), ...change(shipped) };
}

/** Published by its author, in use when a second person has agreed. */
export async function putInUse(doors: Doors, policy: object): Promise<void> {
  const { id } = policy as { id: string };
  const post = async (who: string, path: string, body?: unknown): Promise<void> => {
    const url = `${doors.urls.cases}/policies${path}`;
    const answer = await doors.call(who, 'POST', url, body, { 'idempotency-key': randomUUID() });
    if (answer.status >= 300) throw new Error(`POST /policies${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  // JSON is YAML.
  await post('policyAuthor', '', { file: `${id}.yaml`, yaml: JSON.stringify(policy) });
  await post('manager', `/${id}/versions/1/approve`);
}
