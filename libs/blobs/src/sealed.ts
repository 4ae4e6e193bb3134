import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { BlobDamaged } from './errors.js';

/**
 * A sealed file: `ARB1`, 16 bytes of salt, the length of the sealed note (2 bytes), the sealed note, then frames.
 * Each frame is AES-256-GCM of 64 KiB, the last one of what is left, with its 16 bytes of tag. The key is the person's and the salt's,
 * so no two files share one; the nonce is the frame's number and whether it is the last: a frame that is missing, doubled or in another place
 * does not open, nor does a file that was cut at a frame's end (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
 */
const magic = Buffer.from('ARB1', 'latin1');
const saltBytes = 16;
const lengthBytes = 2;
const fixedBytes = magic.length + saltBytes + lengthBytes;
const tagBytes = 16;
const mostNoteBytes = 1024;
/** Plain bytes of every frame but the last. */
export const frameBytes = 64 * 1024;
const sealedFrameBytes = frameBytes + tagBytes;

/** Told about a file without opening it. */
export interface Note {
  mediaType: string;
}

/** Chunks of any size in, the sealed file out. Holds one frame. */
export async function* sealing(
  key: Buffer,
  note: Note,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, void> {
  const salt = randomBytes(saltBytes);
  const fileKey = keyOf(key, salt);
  const plainNote = Buffer.from(JSON.stringify(note), 'utf8');
  const head = Buffer.concat([magic, salt, Buffer.alloc(lengthBytes)]);
  head.writeUInt16BE(plainNote.length + tagBytes, magic.length + saltBytes);
  yield head;
  yield seal(fileKey, 0, false, plainNote, head);
  let number = 1;
  for await (const { frame, last } of frames(source, frameBytes)) yield seal(fileKey, number++, last, frame);
}

export interface Opened {
  note: Note;
  /** Each piece was authenticated before it is given; the end comes only when the whole file was there. */
  content: AsyncGenerator<Buffer, void, void>;
}

/** @throws BlobDamaged here for what is wrong at the beginning, later from `content` */
export async function opening(key: Buffer, sealed: AsyncIterable<Uint8Array>): Promise<Opened> {
  const pieces = sealed[Symbol.asyncIterator]();
  let have = Buffer.alloc(0);
  const upTo = async (bytes: number): Promise<void> => {
    while (have.length < bytes) {
      const next = await pieces.next();
      if (next.done) throw new BlobDamaged('it ends within its head');
      have = Buffer.concat([have, next.value]);
    }
  };
  await upTo(fixedBytes);
  const head = have.subarray(0, fixedBytes);
  if (!head.subarray(0, magic.length).equals(magic)) throw new BlobDamaged('it does not begin as a sealed file does');
  const noteBytes = head.readUInt16BE(magic.length + saltBytes);
  if (noteBytes > mostNoteBytes) throw new BlobDamaged('its head is too long');
  await upTo(fixedBytes + noteBytes);
  const fileKey = keyOf(key, head.subarray(magic.length, magic.length + saltBytes));
  const note = unseal(fileKey, 0, false, have.subarray(fixedBytes, fixedBytes + noteBytes), head);
  const rest = have.subarray(fixedBytes + noteBytes);
  return {
    note: JSON.parse(note.toString('utf8')) as Note,
    content: contentOf(fileKey, rest, pieces),
  };
}

async function* contentOf(
  fileKey: Buffer,
  rest: Buffer,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Buffer, void, void> {
  const sealed = (async function* () {
    try {
      if (rest.length > 0) yield rest;
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  })();
  let number = 1;
  for await (const { frame, last } of frames(sealed, sealedFrameBytes)) yield unseal(fileKey, number++, last, frame);
  if (number === 1) throw new BlobDamaged('it has no content');
}

/** Plain bytes of a sealed file of that size and media type, as its length alone tells. */
export function plainBytes(sealedBytes: number, note: Note): number {
  const noteBytes = Buffer.byteLength(JSON.stringify(note), 'utf8') + tagBytes;
  const content = sealedBytes - fixedBytes - noteBytes;
  return content - Math.ceil(content / sealedFrameBytes) * tagBytes;
}

/** Cuts a stream into pieces of one size; the last one is what is left, at least a byte. Nothing in, nothing out. */
async function* frames(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ frame: Buffer; last: boolean }, void, void> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    held.push(chunk);
    bytes += chunk.length;
    // A full frame waits for one byte more: only then is it known not to be the last.
    if (bytes <= size) continue;
    const all = held.length === 1 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat(held);
    let from = 0;
    for (; all.length - from > size; from += size) yield { frame: all.subarray(from, from + size), last: false };
    held = [all.subarray(from)];
    bytes = all.length - from;
  }
  if (bytes > 0) yield { frame: Buffer.concat(held), last: true };
}

function keyOf(key: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, 'file', 32));
}

function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 7);
  bytes.writeUInt8(last ? 1 : 0, 11);
  return bytes;
}

function seal(key: Buffer, number: number, last: boolean, plain: Buffer, context?: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(number, last));
  if (context) cipher.setAAD(context);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Buffer, number: number, last: boolean, sealed: Buffer, context?: Buffer): Buffer {
  if (sealed.length < tagBytes) throw new BlobDamaged('it was cut short');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(number, last), { authTagLength: tagBytes });
  if (context) decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
  } catch {
    throw new BlobDamaged('it was altered, cut short, or sealed for someone else');
  }
}
