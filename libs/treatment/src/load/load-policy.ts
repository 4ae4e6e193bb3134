import { calendars as shipped } from '@arrears/calendar';
import { type CompiledPolicy, compilePolicy } from '../compile.js';
import { type Calendars, planCalendars } from '../plan/calendars.js';
import { asPolicy, policySchema } from '../schema/policy-schema.js';
import type { StepKind } from '../shapes/base.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import { checkPolicy } from './check-policy.js';
import { runExamples } from './examples.js';
import { type Finding, type PolicyProblem, problemOf, readSource, type Source } from './problem.js';
import { schemaFindings } from './schema-findings.js';

export interface LoadContext {
  /** kinds of step that this build can perform */
  performable: readonly StepKind[];
  /** ids of the message templates there are */
  templates: readonly string[];
  /** for the examples; mainland China's when left out */
  calendars?: Calendars;
}

export interface LoadedPolicy {
  file: string;
  policy: CollectionPolicy;
  compiled: CompiledPolicy;
  /** for findings that only show among several policies */
  source: Source;
}
export type LoadResult = ({ ok: true } & LoadedPolicy) | { ok: false; problems: PolicyProblem[] };

/**
 * Reads one policy from YAML or JSON. Answers a policy fit for use, or every problem in it with file, line and remedy:
 * its syntax, else its shape, else its meaning, else its examples that the planner does not confirm.
 */
export function loadPolicy(text: string, file: string, context: LoadContext): LoadResult {
  const source = readSource(text, file);
  if (source.syntax.length > 0) return { ok: false, problems: source.syntax };
  const parsed = policySchema.safeParse(source.value);
  if (!parsed.success) return refused(source, schemaFindings(parsed.error.issues));
  const policy = asPolicy(parsed.data);
  const meaning = checkPolicy(policy, context);
  const compiled = compilePolicy(policy);
  const calendars =
    context.calendars ?? planCalendars({ client: shipped['cn'] as NonNullable<(typeof shipped)[string]> });
  const findings = [...meaning, ...runExamples(compiled, calendars)];
  return findings.length > 0 ? refused(source, findings) : { ok: true, file, policy, compiled, source };
}

function refused(source: Source, findings: Finding[]): LoadResult {
  const problems = findings.map((finding) => problemOf(source, finding));
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}
