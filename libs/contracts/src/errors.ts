/** Catalogue of errors that HTTP callers may meet: a stable code, its status and one sentence. */
export const errors = {
  'not-authenticated': { status: 401, title: 'No valid access token was sent' },
  'not-allowed': { status: 403, title: 'This identity may not do that' },
  'not-found': { status: 404, title: 'There is no such thing, or it is out of your scope' },
  'invalid-input': { status: 422, title: 'The input does not have the expected shape' },
  'malformed-body': { status: 400, title: 'The body could not be read' },
  'too-large': { status: 413, title: 'The body is larger than allowed' },
  'unsupported-media-type': { status: 415, title: 'This content type is not accepted here' },
  'idempotency-key-missing': { status: 400, title: 'Commands need an Idempotency-Key header' },
  'idempotency-key-reused': { status: 409, title: 'This Idempotency-Key was used with another input' },
  'version-missing': { status: 428, title: 'Editing needs an If-Match header with the version you read' },
  'version-mismatch': { status: 412, title: 'Somebody changed it since you read it' },
  conflict: { status: 409, title: 'The present state does not allow this' },
  'permit-unknown': { status: 404, title: 'There is no such permit' },
  'permit-used': { status: 409, title: 'The permit was used with another content' },
  'permit-expired': { status: 409, title: 'The permit has expired' },
  'bad-signature': { status: 401, title: 'The signature does not match' },
  unavailable: { status: 503, title: 'A server this depends on is away' },
  internal: { status: 500, title: 'Something failed on our side' },
} as const;
export type ErrorCode = keyof typeof errors;

/** problem+json as every service answers it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  correlationId: string;
  errors?: { path: string; message: string }[];
}
