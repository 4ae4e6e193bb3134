import type { Clock } from '@arrears/clock';
import { problem, type ArrearsRequest } from '@arrears/service';
import type { ReceiptSecrets } from '../tokens.js';
import { checkSignature } from './signature.js';

/**
 * Checks that a request was signed by the provider that its address names, over the very bytes that came.
 * @throws ProblemError `not-found` (no such provider), `bad-signature`
 */
export function requireSignature(
  secrets: ReceiptSecrets,
  provider: string,
  request: ArrearsRequest,
  clock: Clock,
): void {
  const secret = secrets.get(provider);
  if (secret === undefined) throw problem('not-found', 'There is no such provider.');
  const header = (name: string) => [request.headers[name]].flat()[0];
  const checked = checkSignature(
    secret,
    { signature: header('x-signature'), timestamp: header('x-timestamp') },
    request.rawBody ?? Buffer.alloc(0),
    clock.realNow(),
  );
  if (!checked.ok) throw problem('bad-signature', `The signature is refused: ${checked.why}.`);
}
