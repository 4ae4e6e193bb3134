import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { loadPolicy } from '@arrears/treatment';
import { Refused } from './api.js';

/** What this build can perform and the texts it ships; a policy that asks for more is refused here as on load. */
export const capabilities = {
  performable: ['sms', 'review', 'wait'] as const,
  templates: ['reminder-1', 'reminder-2', 'final-reminder', 'thank-you', 'correction'],
};

/** Loads a policy as the service would, runs its examples, and names every problem with its line. */
export function checkPolicy(file: string): string {
  const result = loadPolicy(readFileSync(file, 'utf8'), basename(file), {
    performable: [...capabilities.performable],
    templates: capabilities.templates,
  });
  if (result.ok)
    return `${file}: policy ${result.policy.id} version ${result.policy.version} is fit for use, ${result.policy.examples.length} examples hold.`;
  throw new Refused(
    result.problems
      .map(
        (problem) =>
          `${problem.file}:${problem.line}:${problem.column} ${problem.code}: ${problem.message.en}${problem.fix ? ` ${problem.fix}` : ''}`,
      )
      .join('\n'),
  );
}
