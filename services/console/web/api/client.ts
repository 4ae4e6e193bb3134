import createClient, { type Middleware } from 'openapi-fetch';
import type { paths as CasesPaths } from './cases.gen.js';
import type { paths as ConsolePaths } from './console.gen.js';
import { ApiError, problemOf } from './problem.js';

type Listener = () => void;
const listeners = new Set<Listener>();
/** Told when the server says that nobody is logged in any more. @returns stops telling */
export function onSessionEnd(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whatever is asked carries our own header, without which nothing may be changed; a refusal is thrown. */
const own: Middleware = {
  onRequest: ({ request }) => {
    request.headers.set('x-arrears-console', '1');
    return request;
  },
  onResponse: async ({ response }) => {
    if (response.ok) return undefined;
    if (response.status === 401) listeners.forEach((listener) => listener());
    throw await problemOf(response);
  },
  onError: () => new ApiError({ status: 0, code: 'network', detail: '', correlationId: null }),
};

function client<Paths extends object>(baseUrl: string) {
  const made = createClient<Paths>({ baseUrl, credentials: 'same-origin' });
  made.use(own);
  return made;
}

export const consoleApi = client<ConsolePaths>('/');
export const casesApi = client<CasesPaths>('/api/services/cases');

/** The body of an answer that came: whatever else would have been thrown. */
export async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<Body> {
  const { data } = await answer;
  if (data === undefined) throw new ApiError({ status: 0, code: 'other', detail: '', correlationId: null });
  return data;
}
