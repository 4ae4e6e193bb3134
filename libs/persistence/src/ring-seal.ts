import { hkdfSync } from 'node:crypto';
import type { KeyRing } from './key-ring.js';
import { seal, unseal } from './seal.js';

export interface Sealed {
  /** The key of the ring under which it was sealed. */
  keyId: string;
  bytes: Buffer;
}

/** Encryption of short-lived secrets that belong to no person's key: what a session holds. */
export interface RingSeal {
  /** @param context what it is and whose; the same when it is opened */
  seal(context: string, plain: string): Sealed;
  /** Null = its key is no longer in the ring. Throws when a byte or the context is another one. */
  open(context: string, sealed: Sealed): string | null;
}

/** Each purpose gets keys of its own, derived from the ring's. */
export function ringSeal(ring: KeyRing, purpose: string): RingSeal {
  const derived = new Map(
    [...ring.keys].map(([id, key]) => [id, Buffer.from(hkdfSync('sha256', key, '', purpose, 32))]),
  );
  return {
    seal: (context, plain) => {
      const key = derived.get(ring.active);
      if (key === undefined) throw new Error(`the active key "${ring.active}" is not in the ring`);
      return { keyId: ring.active, bytes: seal(key, context, Buffer.from(plain, 'utf8')) };
    },
    open: (context, { keyId, bytes }) => {
      const key = derived.get(keyId);
      return key === undefined ? null : unseal(key, context, bytes).toString('utf8');
    },
  };
}
