/** What the server refused, as problem+json says it; `network` when there was no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string | null;

  constructor(of: { status: number; code: string; detail: string; correlationId: string | null }) {
    super(of.code);
    this.status = of.status;
    this.code = of.code;
    this.detail = of.detail;
    this.correlationId = of.correlationId;
  }
}

export async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  const { code, detail, correlationId } = (body ?? {}) as Record<string, unknown>;
  return new ApiError({
    status: response.status,
    code: typeof code === 'string' ? code : 'other',
    detail: typeof detail === 'string' ? detail : '',
    correlationId: typeof correlationId === 'string' ? correlationId : response.headers.get('x-correlation-id'),
  });
}

/** Asking again helps only where the answer may be another: a server that is away, a connection that broke. */
export const mayHelpToRetry = (failure: unknown): boolean =>
  failure instanceof ApiError && (failure.code === 'network' || failure.status === 503 || failure.status === 502);
