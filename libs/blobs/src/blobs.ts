import { createHash, createHmac, randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DerivedKeys, PersonOf } from '@arrears/persistence';
import { BlobDamaged, BlobRefused } from './errors.js';
import { beginningBytes, largest, requireBeginning, requireMediaType, type MediaType } from './media-types.js';
import type { ObjectName, ObjectStore, StoredObject } from './object-store.js';
import { opening, plainBytes, sealing } from './sealed.js';

export interface Blob {
  /** SHA-256 of the plain content, 64 hexadecimal digits: what journals and events name a file by. */
  hash: string;
  /** Plain bytes. */
  size: number;
  mediaType: MediaType;
}

export interface PutOptions {
  /** Whose file it is: it is sealed with a key of his and gone when that is destroyed. */
  person: PersonOf;
  mediaType: string;
  /** Most that this caller takes; the type has a limit of its own besides. */
  maxBytes: number;
}

export type OpenBlob =
  | { state: 'open'; size: number; mediaType: MediaType; stream: Readable }
  | { state: 'missing' }
  /** The person's key was destroyed, or there never was one: nobody can read it any more. */
  | { state: 'erased' };

/** Files of persons, kept once and unchanged, named by what is in them. */
export interface Blobs {
  /**
   * Keeps a file. The same content for the same person is kept once, however often and by however many it is put: a retry is safe.
   * When this returns, the file is on disk (or with the S3 server) whole.
   * @throws BlobRefused, KeyDestroyed, or BlobDamaged when what is kept under this name already doesn't open any more
   */
  putBlob(content: Readable | AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions): Promise<Blob>;
  /**
   * Opens a person's file by its hash. Read the stream to its end: it fails with BlobDamaged when a byte is another than it was, and
   * comes to a good end only when all of it is the content of that hash. Each piece of 64 KiB is checked before it is given.
   * @throws BlobDamaged when already its beginning is wrong
   */
  openBlob(hash: string, person: PersonOf): Promise<OpenBlob>;
  /** What is kept of a person, sealed; also after his key was destroyed, when it tells what became unreadable. */
  listBlobs(person: PersonOf): AsyncIterable<StoredObject>;
  /** For readiness: fails when nothing could be stored now. */
  check(): Promise<void>;
  close(): void;
}

export function openBlobs({ store, keys }: { store: ObjectStore; keys: DerivedKeys }): Blobs {
  const readBack = async (hash: string, person: PersonOf): Promise<OpenBlob> => {
    if (!/^[0-9a-f]{64}$/.test(hash)) return { state: 'missing' };
    const key = await keys.forReading(person, purpose);
    if (!key) return { state: 'erased' };
    const object = await store.open(nameOf(key, person, hash));
    if (!object) return { state: 'missing' };
    try {
      const { note, content } = await opening(key, object.stream);
      const stream = Readable.from(checked(content, hash), { objectMode: false });
      // Also when nobody has read from it: a generator that never began has nothing to clean up.
      stream.once('close', () => object.stream.destroy());
      return {
        state: 'open',
        size: plainBytes(object.bytes, note),
        mediaType: requireMediaType(note.mediaType),
        stream,
      };
    } catch (error) {
      object.stream.destroy();
      throw error;
    }
  };

  return {
    putBlob: async (content, { person, mediaType, maxBytes }) => {
      const type = requireMediaType(mediaType);
      const most = Math.min(maxBytes, largest(type));
      const key = await keys.forWriting(person, purpose);
      const path = join(store.spool, randomUUID());
      const measure = measuring(type, most);
      try {
        const source = content instanceof Uint8Array ? Readable.from([content]) : content;
        const out = (await open(path, 'wx', 0o600)).createWriteStream();
        await pipeline(sealing(key, { mediaType: type }, measure.through(source)), out);
        const { hash, size } = measure.result();
        const name = nameOf(key, person, hash);
        const outcome = await store.create(name, { path, bytes: out.bytesWritten });
        if (outcome === 'exists') await requireGood(await readBack(hash, person));
        return { hash, size, mediaType: type };
      } finally {
        await unlink(path).catch(() => {});
      }
    },
    openBlob: readBack,
    listBlobs: (person) => store.list(folderOf(person)),
    check: () => store.check(),
    close: () => store.close(),
  };
}

const purpose = 'blobs';

/** Known to those who know the person's id, for as long as files exist: erasure must find them without the key. */
function folderOf({ personId, agreementId }: PersonOf): string {
  return createHash('sha256').update(`blobs|${personId}|${agreementId}`).digest('hex').slice(0, 32);
}

/**
 * The file's name needs the person's key: two persons' files of the same content are two objects, and once the key is
 * destroyed the name no longer tells whether a guessed content was there.
 */
function nameOf(key: Buffer, person: PersonOf, hash: string): ObjectName {
  return `${folderOf(person)}/${createHmac('sha256', key).update(`name|${hash}`).digest('hex')}`;
}

/** Passes the content on, and knows its hash and size at the end. Fails as soon as it is known to be refused. */
function measuring(type: MediaType, most: number) {
  const hash = createHash('sha256');
  let size = 0;
  let beginning = Buffer.alloc(0);
  return {
    through: async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of chunks) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError('a file is put as bytes, not as text');
        size += chunk.length;
        if (size > most) throw new BlobRefused('too-large', `the file is larger than ${most} bytes`);
        if (beginning.length < beginningBytes) {
          beginning = Buffer.concat([beginning, chunk.subarray(0, beginningBytes)]);
          if (beginning.length >= beginningBytes) requireBeginning(type, beginning);
        }
        hash.update(chunk);
        yield chunk;
      }
      if (size === 0) throw new BlobRefused('empty', 'the file is empty');
      requireBeginning(type, beginning);
    },
    result: () => ({ hash: hash.digest('hex'), size }),
  };
}

/** Holds the last piece back until the hash of all is known to be right. */
async function* checked(content: AsyncIterable<Buffer>, wanted: string): AsyncGenerator<Buffer, void, void> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const piece of content) {
    if (held) yield held;
    hash.update(piece);
    held = piece;
  }
  if (hash.digest('hex') !== wanted) throw new BlobDamaged('it is another file than its name says');
  if (held) yield held;
}

/** The name was taken. Only what still opens to the same content is as good as having written it. */
async function requireGood(opened: OpenBlob): Promise<void> {
  if (opened.state !== 'open') throw new BlobDamaged(`it is ${opened.state} though its name is taken`);
  for await (const _piece of opened.stream);
}
