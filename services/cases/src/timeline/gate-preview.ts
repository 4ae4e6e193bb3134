import { permitPreview, type PermitPreview, type PermitPreviewRequest } from '@arrears/contracts';

/** The contact gate as a case asks it: what would you say? Nothing is reserved by it. */
export interface GatePreview {
  /** null: it is away, and nobody knows. */
  ask(request: PermitPreviewRequest): Promise<PermitPreview | null>;
}

/** Real time a preview may take: a person waits for it. */
const timeoutMs = 3_000;

/** The gate of `contacts` over HTTP. */
export function httpGatePreview(contactsUrl: string, token: () => Promise<string>): GatePreview {
  return {
    async ask(request) {
      try {
        const response = await fetch(new URL('/permits/preview', contactsUrl), {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
          body: JSON.stringify(request),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) return null;
        const answer = permitPreview.safeParse(await response.json());
        return answer.success ? answer.data : null;
      } catch {
        return null;
      }
    },
  };
}

/** Where no gate is configured, as in a process without the API role. */
export const noGate: GatePreview = { ask: () => Promise.resolve(null) };
