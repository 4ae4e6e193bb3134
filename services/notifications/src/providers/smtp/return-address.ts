import { createHmac, timingSafeEqual } from 'node:crypto';

/** `bounce`: envelope sender, where delivery reports go. `reply`: Reply-To, where people answer. */
export type ReturnKind = 'bounce' | 'reply';

const letters: Record<ReturnKind, string> = { bounce: 'b', reply: 'r' };

/**
 * One return address a message (VERP), `b-<message id>-<mark>@domain`: a report finds its message whatever the other side
 * writes into it, and the mark, made with our secret, keeps others from reporting on messages that they only guess.
 */
export function returnAddresses({ domain, secret }: { domain: string; secret: string }) {
  const mark = (kind: ReturnKind, hex: string): string =>
    createHmac('sha256', secret).update(`${kind}:${hex}`).digest('hex').slice(0, 20);
  return {
    of: (kind: ReturnKind, clientReference: string): string => {
      const hex = clientReference.replaceAll('-', '').toLowerCase();
      return `${letters[kind]}-${hex}-${mark(kind, hex)}@${domain}`;
    },
    read: (address: string): { kind: ReturnKind; clientReference: string } | undefined => {
      const match = /^([br])-([0-9a-f]{32})-([0-9a-f]{20})@(.+)$/.exec(address.toLowerCase());
      const [, letter, hex = '', given = '', at] = match ?? [];
      if (at !== domain.toLowerCase()) return undefined;
      const kind: ReturnKind = letter === 'b' ? 'bounce' : 'reply';
      if (!timingSafeEqual(Buffer.from(mark(kind, hex)), Buffer.from(given))) return undefined;
      return { kind, clientReference: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
    },
  };
}
export type ReturnAddresses = ReturnType<typeof returnAddresses>;
