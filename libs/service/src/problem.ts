import { errors, type ErrorCode, type Problem } from '@arrears/contracts';

export interface FieldError {
  path: string;
  message: string;
}

/**
 * An answer that is not the wished one. `detail` reaches the caller: write it for him, without values of persons. The
 * message of the exception is the code alone, so that nothing leaks where an error is printed.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly errors?: readonly FieldError[],
  ) {
    super(code);
  }
}

/** `throw problem('conflict', 'The case is closed.')` */
export function problem(code: ErrorCode, detail: string, fields?: readonly FieldError[]): ProblemError {
  return new ProblemError(code, detail, fields);
}

/** The body of RFC 9457. The type is a name, not an address that somebody would have to keep alive. */
export function problemBody(of: ProblemError, correlationId: string): Problem {
  const { status, title } = errors[of.code];
  const body: Problem = {
    type: `urn:arrears:problem:${of.code}`,
    title,
    status,
    code: of.code,
    detail: of.detail,
    correlationId,
  };
  return of.errors === undefined ? body : { ...body, errors: [...of.errors] };
}
