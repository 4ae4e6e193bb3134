import type { z } from 'zod';
import type { Finding, Path } from './problem.js';

type Issue = z.core.$ZodIssue;

/** Schema issues as findings; of a union the branch that came closest speaks, since the others only say "not me". */
export function schemaFindings(issues: readonly Issue[], base: Path = []): Finding[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return schemaFindings(closest(issue.errors), path);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
    return [
      {
        path,
        code: 'SCHEMA' as const,
        zh: `格式不正确：${issue.message}`,
        en: issue.message,
        fix: 'see schemas/policy.schema.json',
      },
    ];
  });
}

function unknownKey(path: Path, key: string): Finding {
  return {
    path: [...path, key],
    code: 'SCHEMA',
    zh: `未知字段 ${key}`,
    en: `Unknown key ${key}`,
    fix: 'remove it, or correct its spelling',
  };
}

/** The branch with the fewest complaints about keys, then the one whose complaints lie deepest. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const score = (branch: readonly Issue[]): number =>
    branch.reduce(
      (sum, issue) =>
        sum + (issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : issue.path.length > 1 ? 1 : 5),
      0,
    );
  return [...branches].sort((a, b) => score(a) - score(b))[0] ?? [];
}
