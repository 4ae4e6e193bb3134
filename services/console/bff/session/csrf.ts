/** Sent by our own code with every request; a form or link of another site can not, and a script only with our leave. */
export const ownHeader = 'x-arrears-console';

export interface Sender {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whether a request that changes something was sent by a page of ours: its own header, and our origin. */
export function isFromOwnPage({ method, headers }: Sender, publicUrl: URL): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  return headers[ownHeader] === '1' && headers['origin'] === publicUrl.origin;
}
