import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { ValueError } from '@temporalio/common';
import { payloadFromBytes, payloadToBytes } from './wire.js';

type SerializationContext = NonNullable<Parameters<PayloadCodec['encode']>[1]>;

/** AES-256 keys by id. New payloads use `active`; the others stay readable until nothing encrypted with them is left. */
export interface CodecKeyRing {
  active: string;
  keys: ReadonlyMap<string, Uint8Array>;
  /** Told of every payload that was encrypted or decrypted, or could not be. */
  onOperation?: (operation: CodecOperation) => void;
}
export interface CodecOperation {
  op: 'encode' | 'decode';
  result: 'ok' | 'unknown-key' | 'failed';
  key: string;
}

const encoding = 'binary/encrypted';
const nonceBytes = 12;
const tagBytes = 16;
const text = new TextDecoder();
const bytes = new TextEncoder();

/**
 * Encrypts every payload whole with AES-256-GCM. Data = 12 bytes nonce | cipher text | 16 bytes tag; metadata in clear:
 * the key's id and the owner (namespace and workflow id) that is authenticated with it, so that a payload copied into
 * another workflow doesn't open. Without a context (a codec server has none) the stored owner is taken.
 * Throws `ValueError` on an unknown key id, a foreign owner or altered bytes. Payloads that were never encrypted pass.
 * A random nonce is safe for 2^32 payloads a key: rotate long before.
 */
export function payloadCodec(ring: CodecKeyRing): PayloadCodec {
  checkRing(ring);
  return {
    encode: async (payloads, context) =>
      payloads.map((payload) => told(ring, 'encode', () => encrypt(ring, payload, context), ring.active)),
    decode: async (payloads, context) => payloads.map((payload) => decrypted(ring, payload, context)),
  };
}

function checkRing(ring: CodecKeyRing): void {
  if (!ring.keys.has(ring.active))
    throw new ValueError(`codec keys: the active key "${ring.active}" is not in the ring`);
  for (const [id, key] of ring.keys) {
    if (key.length !== 32) throw new ValueError(`codec keys: key "${id}" has ${key.length} bytes, AES-256 wants 32`);
  }
}

function decrypted(ring: CodecKeyRing, payload: Payload, context: SerializationContext | undefined): Payload {
  if (metadataOf(payload, 'encoding') !== encoding) return payload;
  return told(ring, 'decode', () => decrypt(ring, payload, context), metadataOf(payload, 'key-id') ?? '');
}

function told(ring: CodecKeyRing, op: CodecOperation['op'], work: () => Payload, key: string): Payload {
  try {
    const payload = work();
    ring.onOperation?.({ op, result: 'ok', key });
    return payload;
  } catch (error) {
    ring.onOperation?.({ op, result: ring.keys.has(key) ? 'failed' : 'unknown-key', key });
    throw error;
  }
}

function encrypt(ring: CodecKeyRing, payload: Payload, context: SerializationContext | undefined): Payload {
  const owner = ownerOf(context);
  if (owner === undefined) throw new ValueError('payload codec: nobody said which workflow this payload belongs to');
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(ring, ring.active), nonce).setAAD(bytes.encode(owner));
  const body = cipher.update(payloadToBytes(payload));
  return {
    metadata: { encoding: bytes.encode(encoding), 'key-id': bytes.encode(ring.active), owner: bytes.encode(owner) },
    data: Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]),
  };
}

function decrypt(ring: CodecKeyRing, payload: Payload, context: SerializationContext | undefined): Payload {
  const stored = metadataOf(payload, 'owner') ?? '';
  const owner = ownerOf(context) ?? stored;
  if (owner !== stored) throw new ValueError(`payload codec: a payload of ${stored} was found in ${owner}`);
  const data = payload.data ?? new Uint8Array();
  if (data.length < nonceBytes + tagBytes) throw new ValueError('payload codec: the payload is cut short');
  const key = keyOf(ring, metadataOf(payload, 'key-id') ?? '');
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, nonceBytes)).setAAD(bytes.encode(owner));
  decipher.setAuthTag(data.subarray(-tagBytes));
  const body = decipher.update(data.subarray(nonceBytes, -tagBytes));
  try {
    return payloadFromBytes(Buffer.concat([body, decipher.final()]));
  } catch {
    throw new ValueError(`payload codec: a payload of ${owner} was altered or encrypted with another key of that id`);
  }
}

function keyOf(ring: CodecKeyRing, id: string): Uint8Array {
  const key = ring.keys.get(id);
  if (!key) throw new ValueError(`payload codec: key "${id}" is not in the ring (${[...ring.keys.keys()].join(', ')})`);
  return key;
}

/** JSON and not a separator: no two pairs of names may give the same text. */
function ownerOf(context: SerializationContext | undefined): string | undefined {
  if (context?.workflowId === undefined) return undefined;
  return JSON.stringify([context.namespace, context.workflowId]);
}

function metadataOf(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value ? text.decode(value) : undefined;
}
