export interface RelayOptions {
  /** `smtp://host:port`, or `smtps://` with TLS from the start. */
  url: string;
  user?: string | undefined;
  password?: string | undefined;
  tls: 'required' | 'none';
  connections: number;
  timeoutMs: number;
}
export interface Envelope {
  from: string;
  to: string;
  envelopeId: string;
}

/** The relay said no, in so many words. `status`: its enhanced code (RFC 3463). */
export interface Rejected {
  came: 'rejected';
  stage: 'login' | 'sender' | 'recipient' | 'content';
  code: number;
  status: string | undefined;
}
/** It ended before the first byte of the mail. */
export interface NotSent {
  came: 'not-sent';
  code: string;
}
export type RelayAnswer = { came: 'accepted'; response: string } | Rejected | NotSent | { came: 'nothing' };

/** What the SMTP library says went wrong. Its message may carry an address: it is never passed on. */
export interface RelayError extends Error {
  code?: string | undefined;
  originalCode?: string | undefined;
  command?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
}

/** @param started whether the relay had said that it takes the mail now */
export function refusal(
  error: RelayError | null | undefined,
  at: 'login' | { started: boolean },
): Rejected | NotSent | { came: 'nothing' } {
  const started = at !== 'login' && at.started;
  const code = error?.responseCode;
  // 421 is the relay going down: what it had of the mail then, nobody knows.
  if (started && (code === undefined || code === 421)) return { came: 'nothing' };
  if (code === undefined)
    return { came: 'not-sent', code: (error?.originalCode ?? error?.code ?? 'closed').toLowerCase() };
  const stage = at === 'login' ? 'login' : started ? 'content' : error?.command === 'RCPT TO' ? 'recipient' : 'sender';
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(error?.response ?? '')?.[1];
  return { came: 'rejected', stage, code, status };
}
