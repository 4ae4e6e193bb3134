import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { KeyDestroyed, type DerivedKeys, type PersonOf } from '@arrears/persistence';
import { openBlobs, type Blobs, type OpenBlob } from './blobs.js';
import { BlobDamaged, BlobRefused } from './errors.js';
import { openFolderStore } from './folder-store.js';
import { mediaTypes } from './media-types.js';

/** Keys of persons in memory; the real ones are tried with real servers. */
function memoryKeys(): DerivedKeys & { destroy(person: PersonOf): void } {
  const keys = new Map<string, Buffer | null>();
  const nameOf = (person: PersonOf) => `${person.personId}|${person.agreementId}`;
  const derive = (key: Buffer, purpose: string) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
  return {
    forWriting: async (person, purpose) => {
      const name = nameOf(person);
      if (!keys.has(name)) keys.set(name, randomBytes(32));
      const key = keys.get(name);
      if (!key) throw new KeyDestroyed();
      return derive(key, purpose);
    },
    forReading: async (person, purpose) => {
      const key = keys.get(nameOf(person));
      return key ? derive(key, purpose) : null;
    },
    destroy: (person) => void keys.set(nameOf(person), null),
  };
}

let folder: string;
let blobs: Blobs;
const keys = memoryKeys();
const someone = (): PersonOf => ({ personId: randomUUID(), agreementId: 'AGR-1' });
const pdf = (bytes = 1000) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)]);
const asPdf = (person: PersonOf, maxBytes = 100_000_000) => ({ person, mediaType: 'application/pdf', maxBytes });
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function read(opened: OpenBlob): Promise<Buffer> {
  if (opened.state !== 'open') throw new Error(opened.state);
  const out: Buffer[] = [];
  for await (const piece of opened.stream) out.push(piece as Buffer);
  return Buffer.concat(out);
}

async function listed(person: PersonOf): Promise<{ name: string; bytes: number }[]> {
  const all = [];
  for await (const object of blobs.listBlobs(person)) all.push(object);
  return all;
}

/** Where a person's only file lies on disk. */
async function pathOf(person: PersonOf): Promise<string> {
  const [object] = await listed(person);
  if (!object) throw new Error('nothing is kept');
  return join(folder, 'objects', object.name.slice(0, 2), object.name.slice(2, 4), object.name);
}

async function alter(path: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const bytes = await readFile(path);
  await chmod(path, 0o640);
  await writeFile(path, change(bytes));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blobs-'));
  blobs = openBlobs({ store: await openFolderStore(folder), keys });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a file of a person', () => {
  it('comes back as it was put, by the hash of its content', async () => {
    const [person, content] = [someone(), pdf()];
    const blob = await blobs.putBlob(Readable.from([content.subarray(0, 4), content.subarray(4)]), asPdf(person));
    expect(blob).toEqual({ hash: sha256(content), size: content.length, mediaType: 'application/pdf' });
    const opened = await blobs.openBlob(blob.hash, person);
    expect(opened).toMatchObject({ state: 'open', size: content.length, mediaType: 'application/pdf' });
    expect((await read(opened)).equals(content)).toBe(true);
  });

  it('is on disk sealed, read-only, under a name that tells nothing', async () => {
    const [person, content] = [someone(), Buffer.from('%PDF-1.7 示例客户 Synthetic Person')];
    const { hash } = await blobs.putBlob(content, asPdf(person));
    const path = await pathOf(person);
    expect((await stat(path)).mode & 0o222).toBe(0);
    expect((await readFile(path)).includes('Synthetic')).toBe(false);
    expect(path).not.toContain(hash);
    expect(path).not.toContain(person.personId);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('is kept once, however often and by however many at once it is put', async () => {
    const [person, content] = [someone(), pdf(200_000)];
    const put = await Promise.all(Array.from({ length: 8 }, () => blobs.putBlob(content, asPdf(person))));
    expect(new Set(put.map(({ hash }) => hash))).toEqual(new Set([sha256(content)]));
    const before = await stat(await pathOf(person));
    await blobs.putBlob(content, asPdf(person));
    const after = await stat(await pathOf(person));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await listed(person)).toHaveLength(1);
  });

  it('is not another person’s with the same content, nor another agreement’s', async () => {
    const [one, two, content] = [someone(), someone(), pdf()];
    const { hash } = await blobs.putBlob(content, asPdf(one));
    expect(await blobs.openBlob(hash, two)).toEqual({ state: 'erased' });
    await blobs.putBlob(pdf(), asPdf(two));
    expect(await blobs.openBlob(hash, two)).toEqual({ state: 'missing' });
    await blobs.putBlob(content, asPdf(two));
    keys.destroy(one);
    expect(await blobs.openBlob(hash, one)).toEqual({ state: 'erased' });
    expect((await read(await blobs.openBlob(hash, two))).equals(content)).toBe(true);
    expect(await blobs.openBlob(hash, { ...two, agreementId: 'AGR-2' })).toEqual({ state: 'erased' });
  });

  it('is listed for erasure, also when nobody can read it any more; nothing more is kept then', async () => {
    const person = someone();
    await blobs.putBlob(pdf(10), asPdf(person));
    await blobs.putBlob(pdf(20), asPdf(person));
    const before = await listed(person);
    expect(before).toHaveLength(2);
    keys.destroy(person);
    expect(await listed(person)).toEqual(before);
    await expect(blobs.putBlob(pdf(), asPdf(person))).rejects.toThrow(KeyDestroyed);
    expect(await listed(someone())).toEqual([]);
  });

  it('is missing when there is none of that hash', async () => {
    const person = someone();
    await blobs.putBlob(pdf(), asPdf(person));
    expect(await blobs.openBlob('0'.repeat(64), person)).toEqual({ state: 'missing' });
    expect(await blobs.openBlob('../../etc/passwd', person)).toEqual({ state: 'missing' });
  });
});

describe('a file that was changed behind our back', () => {
  it.each([
    [
      'altered',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.readUInt8(bytes.length - 1) ^ 1])]),
    ],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 70_000)],
    ['empty', () => Buffer.alloc(0)],
    ['replaced by a plain one', () => Buffer.from('%PDF-1.7 something else entirely')],
  ])('is told when it was %s, before its end is called good', async (_what, change) => {
    const [person, content] = [someone(), pdf(200_000)];
    const { hash } = await blobs.putBlob(content, asPdf(person));
    await alter(await pathOf(person), change);
    await expect(blobs.openBlob(hash, person).then(read)).rejects.toThrow(BlobDamaged);
    // A retry must not be told that all is well either.
    await expect(blobs.putBlob(content, asPdf(person))).rejects.toThrow(BlobDamaged);
  });

  it('is told when it is another good file of the same person: the hash of all is checked too', async () => {
    const [person, one, two] = [someone(), pdf(100), pdf(100)];
    const { hash } = await blobs.putBlob(one, asPdf(person));
    const path = await pathOf(person);
    await blobs.putBlob(two, asPdf(person));
    const other = (await listed(person)).map(({ name }) =>
      join(folder, 'objects', name.slice(0, 2), name.slice(2, 4), name),
    );
    const others = await readFile(other.find((candidate) => candidate !== path) ?? '');
    await alter(path, () => others);
    const opened = await blobs.openBlob(hash, person);
    const got: Buffer[] = [];
    const reading = (async () => {
      if (opened.state === 'open') for await (const piece of opened.stream) got.push(piece as Buffer);
    })();
    await expect(reading).rejects.toThrow('another file than its name says');
    expect(got).toEqual([]);
  });
});

describe('what may not be kept', () => {
  const refused = async (content: Buffer | Readable, mediaType: string, maxBytes = 1_000_000) => {
    const person = someone();
    const reason = await blobs.putBlob(content, { person, mediaType, maxBytes }).then(
      () => 'kept',
      (error: unknown) => (error instanceof BlobRefused ? error.reason : String(error)),
    );
    expect(await listed(person)).toEqual([]);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    return reason;
  };

  it.each(['text/html', 'image/svg+xml', 'application/zip', 'application/PDF', 'constructor', ''])(
    'is a type that is not on the list: %p',
    async (type) => {
      expect(await refused(pdf(), type)).toBe('media-type');
    },
  );

  it.each(mediaTypes)('is a file that is not what it says: %s', async (type) => {
    expect(await refused(Buffer.from('<html><script>alert(1)</script></html>'), type)).toBe('not-of-its-type');
    expect(await refused(Buffer.from('<'), type)).toBe('not-of-its-type');
  });

  it('is an empty file, and one that is too large, told as soon as it is', async () => {
    expect(await refused(Buffer.alloc(0), 'application/pdf')).toBe('empty');
    expect(await refused(pdf(1_000_000), 'application/pdf')).toBe('too-large');
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          taken += 65_536;
          yield pdf(65_536);
        }
      })(),
    );
    expect(await refused(endless, 'application/pdf')).toBe('too-large');
    expect(taken).toBeLessThan(4_000_000);
    expect(endless.destroyed).toBe(true);
  });

  it('is more than its type ever is, whatever the caller allows', async () => {
    const many = Readable.from(
      (function* () {
        yield pdf();
        for (let at = 0; at < 40; at++) yield Buffer.alloc(1024 * 1024);
      })(),
    );
    expect(await refused(many, 'application/pdf', Number.MAX_SAFE_INTEGER)).toBe('too-large');
  });

  it('is a file whose sender broke off', async () => {
    const broken = Readable.from(
      (function* () {
        yield pdf();
        throw new Error('connection lost');
      })(),
    );
    expect(await refused(broken, 'application/pdf')).toBe('Error: connection lost');
    expect(await refused(Readable.from(['%PDF-1.7 as text']), 'application/pdf')).toContain('as bytes');
  });

  it.each([
    ['image/png', '89504e470d0a1a0a0000000d'],
    ['image/jpeg', 'ffd8ffe000104a464946'],
    ['image/tiff', '49492a0008000000'],
    ['image/tiff', '4d4d002a00000008'],
    ['audio/wav', '524946462400000057415645'],
    ['audio/mpeg', 'fffb9064'],
    ['audio/mpeg', '49443304'],
    ['audio/mp4', '00000020667479704d344120'],
    ['audio/ogg', '4f67675300020000'],
  ])('is not %s that begins as such a file does (%s)', async (mediaType, hex) => {
    const person = someone();
    const content = Buffer.from(hex, 'hex');
    const { hash } = await blobs.putBlob(content, { person, mediaType, maxBytes: 100 });
    expect(await read(await blobs.openBlob(hash, person))).toEqual(content);
  });
});

describe('a large file', () => {
  const chunk = 256 * 1024;
  const chunks = 256;
  const recording = { mediaType: 'audio/wav', maxBytes: 100 * 1024 * 1024 };
  const first = Buffer.concat([Buffer.from('RIFF....WAVE'), Buffer.alloc(chunk - 12, 7)]);

  it('of 64 MiB never lies in memory: as much is taken as was written, and as much read as was taken', async () => {
    const person = someone();
    const spooled = async () => {
      const sizes = (await readdir(join(folder, 'incoming'))).map(
        async (name) => (await stat(join(folder, 'incoming', name))).size,
      );
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    };
    let mostAhead = 0;
    const hash = createHash('sha256');
    const source = async function* () {
      for (let at = 0; at < chunks; at++) {
        mostAhead = Math.max(mostAhead, at * chunk - (await spooled()));
        const piece = at === 0 ? first : Buffer.alloc(chunk, at);
        hash.update(piece);
        yield piece;
      }
    };
    const blob = await blobs.putBlob(source(), { person, ...recording });
    expect(blob.size).toBe(64 * 1024 * 1024);
    expect(mostAhead).toBeLessThan(2 * 1024 * 1024);

    const opened = await blobs.openBlob(blob.hash, person);
    if (opened.state !== 'open') throw new Error(opened.state);
    const back = createHash('sha256');
    let largestHeld = 0;
    for await (const piece of opened.stream) {
      largestHeld = Math.max(largestHeld, opened.stream.readableLength + (piece as Buffer).length);
      back.update(piece as Buffer);
    }
    expect(back.digest('hex')).toBe(hash.digest('hex'));
    expect(largestHeld).toBeLessThan(1024 * 1024);
  });

  it('lets go of its file when the reader goes away, or never comes', async () => {
    const person = someone();
    const { hash } = await blobs.putBlob(Buffer.concat([first, first]), { person, ...recording });
    const path = await pathOf(person);
    const openFiles = async () => {
      const all = await readdir('/proc/self/fd').catch(() => []);
      const { readlink } = await import('node:fs/promises');
      const targets = await Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return targets.filter((target) => target === path).length;
    };
    for (const read of [false, true]) {
      const opened = await blobs.openBlob(hash, person);
      if (opened.state !== 'open') throw new Error(opened.state);
      if (read) for await (const _piece of opened.stream) break;
      else opened.stream.destroy();
      for (let wait = 0; wait < 100 && (await openFiles()) > 0; wait++)
        await new Promise((done) => setTimeout(done, 10));
      expect(await openFiles()).toBe(0);
    }
  });
});

describe('the folder', () => {
  it('is cleared of what a killed process left, and of nothing that is being written', async () => {
    const other = await mkdtemp(join(tmpdir(), 'blobs-'));
    await openFolderStore(other);
    const [old, fresh] = [join(other, 'incoming', 'old'), join(other, 'incoming', 'fresh')];
    await Promise.all([writeFile(old, 'x'), writeFile(fresh, 'x')]);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await utimes(old, yesterday, yesterday);
    await openFolderStore(other);
    expect(await readdir(join(other, 'incoming'))).toEqual(['fresh']);
    await rm(other, { recursive: true });
  });
});
