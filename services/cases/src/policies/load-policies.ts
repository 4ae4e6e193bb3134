import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Database } from '@arrears/persistence';
import { capabilities, loadPolicySet, type CollectionPolicy, type LoadContext } from '@arrears/treatment';
import { policyBook, type PolicyBook } from './policy-book.js';
import { policyStore } from './policy.store.js';

/** What this build can do for a policy: step kinds somebody performs, templates that `notifications` has. */
export const loadContext: LoadContext = capabilities;

/** Every fault of every file, so that one start shows them all. */
export class PoliciesRefused extends Error {
  override readonly name = 'PoliciesRefused';
  constructor(readonly problems: readonly string[]) {
    super(`The policies can't be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

const shippedFolder = (): string =>
  path.dirname(createRequire(import.meta.url).resolve('@arrears/treatment/policies/cn-unsecured-consumer.yaml'));

/** The policies that come with Arrears. @throws PoliciesRefused naming file, line and remedy */
export async function shippedPolicies(folder = shippedFolder()): Promise<CollectionPolicy[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const files = await Promise.all(
    names.map(async (file) => ({ file, text: await readFile(path.join(folder, file), 'utf8') })),
  );
  const loaded = loadPolicySet(files, loadContext);
  if (loaded.ok) return loaded.policies;
  throw new PoliciesRefused(
    loaded.problems.map(
      (one) => `${one.file}:${one.line} ${one.message.en}${one.fix === undefined ? '' : ` (${one.fix})`}`,
    ),
  );
}

/** Stores what is new and reads back every version that an account may be pinned to. */
export async function openPolicyBook(database: Database, at: string): Promise<PolicyBook> {
  const shipped = await shippedPolicies();
  await database.transaction((tx) => policyStore.keep(tx, shipped, at, null));
  return policyBook(await policyStore.all(database));
}
