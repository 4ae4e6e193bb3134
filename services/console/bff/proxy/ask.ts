import { errors, type ErrorCode } from '@arrears/contracts';
import { correlationIdOf, problem } from '@arrears/service';
import { sessionOf, type ConsoleRequest } from '../session/identify.js';
import { ServiceAway, type Gateway, type ServiceRequest } from './gateway.js';

/**
 * Asks a service for a person and reads its JSON; what it refuses is refused to him with the same code and sentence.
 * @throws ProblemError; `unavailable` when the service is away
 */
export async function askFor<Body>(
  gateway: Gateway,
  request: ConsoleRequest,
  of: Pick<ServiceRequest, 'service' | 'method' | 'path'> & { json?: unknown },
): Promise<Body> {
  const { service, method, path, json } = of;
  const answer = await gateway
    .ask({
      ...{ service, method, path, accessToken: sessionOf(request).accessToken },
      correlationId: correlationIdOf(request),
      ...(json === undefined ? {} : { body: Buffer.from(JSON.stringify(json)) }),
    })
    .catch((failure: unknown) => {
      if (failure instanceof ServiceAway) throw problem('unavailable', `The service ${service} does not answer.`);
      throw failure;
    });
  const body = JSON.parse(answer.body.toString('utf8')) as unknown;
  if (answer.status < 300) return body as Body;
  const { code, detail } = body as { code?: unknown; detail?: unknown };
  if (typeof code !== 'string' || !(code in errors)) throw new Error(`${service} answered ${answer.status}`);
  throw problem(code as ErrorCode, typeof detail === 'string' ? detail : errors[code as ErrorCode].title);
}

/** The answer, or null where the service is away or fails: for what a page can do without, and says so. */
export async function askIfThere<Body>(...of: Parameters<typeof askFor>): Promise<Body | null> {
  try {
    return await askFor<Body>(...of);
  } catch {
    return null;
  }
}
