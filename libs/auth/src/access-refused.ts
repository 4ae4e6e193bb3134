/** A refusal that the HTTP edge answers as problem+json. `reason` is a code for the log; `detail` is for the caller. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused';
  constructor(
    readonly code: 'not-authenticated' | 'not-allowed' | 'unavailable',
    readonly reason: RefusalReason,
    readonly detail: string,
    readonly actorId?: string,
  ) {
    super(reason);
  }
}

export type RefusalReason =
  | 'no-token'
  | 'malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'missing-claim'
  | 'algorithm'
  | 'signature'
  | 'unknown-key'
  | 'issuer-away'
  | 'no-session'
  | 'foreign-origin'
  | 'role'
  | 'closed-route';
