import { problem } from './problem.js';

/** The ETag of a row's `version`: `"7"`. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * The version the caller has read, from `If-Match`. `*` is refused: it would overwrite what he has not seen.
 * @throws ProblemError `version-missing` without the header, `invalid-input` when it is no ETag of ours
 */
export function requireVersion(ifMatch: string | undefined): number {
  if (ifMatch === undefined || ifMatch === '')
    throw problem('version-missing', 'Send If-Match with the ETag you read.');
  const digits = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (digits === undefined)
    throw problem('invalid-input', 'If-Match is no ETag of this service.', [
      { path: 'If-Match', message: 'such as "7"' },
    ]);
  return Number(digits);
}
