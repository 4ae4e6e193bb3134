import { readFileSync } from 'node:fs';

/** Master keys by id; new data keys are wrapped under the active one. */
export interface KeyRing {
  active: string;
  keys: ReadonlyMap<string, Buffer>;
}

/** Reads `{active, keys: {id: base64 of 32 bytes}}`. Throws an Error that names the fault and never a key. */
export function loadKeyRing(path: string): KeyRing {
  const { active, keys } = JSON.parse(readFileSync(path, 'utf8')) as { active?: unknown; keys?: unknown };
  if (typeof active !== 'string' || typeof keys !== 'object' || keys === null)
    throw new Error(`${path}: a key ring has "active" and "keys"`);
  const ring = new Map<string, Buffer>();
  for (const [id, base64] of Object.entries(keys)) {
    const key = Buffer.from(String(base64), 'base64');
    if (key.length !== 32) throw new Error(`${path}: key "${id}" is not 32 bytes in base64`);
    ring.set(id, key);
  }
  if (!ring.has(active)) throw new Error(`${path}: the active key "${active}" is not in "keys"`);
  return { active, keys: ring };
}
