import { StandardSchemaValidationPipe } from '@nestjs/common';
import { problem, type FieldError } from './problem.js';

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined };

const mostErrors = 50;

/**
 * Checks what a parameter's schema describes (`@Body({ schema })`, `@Query({ schema })`) and answers 422 with a path and
 * a sentence for each fault. The sentences come from the schema and repeat no value.
 */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: (issues: readonly Issue[]) => invalidInput(issues) });
}

export function invalidInput(issues: readonly Issue[]) {
  const named = issues.slice(0, mostErrors).map(fieldError);
  const more = issues.length > mostErrors ? ` The first ${mostErrors} of ${issues.length} are listed.` : '';
  return problem('invalid-input', `${issues.length} fault(s) in the input.${more}`, named);
}

function fieldError(issue: Issue): FieldError {
  const steps = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: steps.join('.'), message: issue.message };
}
