import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import { keysMigrations, openPersonKeys, runMigrations, type PersonKeys, type PersonOf } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { openBlobs, type Blobs, type OpenBlob } from './blobs.js';
import { BlobDamaged } from './errors.js';
import type { ObjectStore } from './object-store.js';
import { openS3Store, partBytes, type S3Settings } from './s3-store.js';

/** A real S3 server with object lock, and persons' keys in a real database. */
type Server = Required<Pick<S3Settings, 'endpoint' | 'region' | 'credentials'>>;

let dir: string;
let server: Server;
let program: ChildProcess;
let admin: S3Client;
let keys: PersonKeys;
let dropKeys: () => Promise<void>;
let bucket: string;
let settings: S3Settings;
let store: ObjectStore;
let blobs: Blobs;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
  ({ server, child: program } = await startServer(dir));
  admin = new S3Client({ ...server, forcePathStyle: true });
  const database = await createTestDatabase('blobs');
  dropKeys = database.drop;
  await runMigrations({ url: database.url, folders: [keysMigrations] });
  keys = openPersonKeys({ url: database.url, ring: { active: 'm1', keys: new Map([['m1', randomBytes(32)]]) } });
  // Where the server has to be built from source first.
}, 600_000);

afterAll(async () => {
  await keys.close();
  await dropKeys();
  admin.destroy();
  const ended = new Promise((done) => program.once('exit', done));
  program.stdin?.end();
  await ended;
  await rm(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  bucket = `files-${randomUUID()}`;
  await admin.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  const lock = { mode: 'COMPLIANCE', days: 30 } as const;
  settings = { ...server, bucket, prefix: 'arrears/', lock, spool: join(dir, 'spool') };
  store = await openS3Store(settings);
  blobs = openBlobs({ store, keys: keys.derived });
});

const someone = (): PersonOf => ({ personId: randomUUID(), agreementId: 'AGR-1' });
const pdf = (bytes = 1000) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)]);
/** Head, note and the tag of one frame. */
const overhead = 85;
const asPdf = (person: PersonOf) => ({ person, mediaType: 'application/pdf', maxBytes: 100_000_000 });
const asWav = (person: PersonOf) => ({ person, mediaType: 'audio/wav', maxBytes: 100_000_000 });

async function read(opened: OpenBlob): Promise<Buffer> {
  if (opened.state !== 'open') throw new Error(opened.state);
  const out: Buffer[] = [];
  for await (const piece of opened.stream) out.push(piece as Buffer);
  return Buffer.concat(out);
}

async function versions(): Promise<ObjectVersion[]> {
  return (await admin.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions ?? [];
}

/** The only object of the bucket. */
async function onlyOne(): Promise<{ Bucket: string; Key: string; VersionId: string }> {
  const all = await versions();
  expect(all).toHaveLength(1);
  return { Bucket: bucket, Key: all[0]?.Key ?? '', VersionId: all[0]?.VersionId ?? '' };
}

describe('files in S3', () => {
  it('come back as they were put, and nothing stays behind on this machine', async () => {
    const [person, content] = [someone(), pdf(100_000)];
    const { hash, size } = await blobs.putBlob(content, asPdf(person));
    expect(hash).toBe(createHash('sha256').update(content).digest('hex'));
    expect(size).toBe(content.length);
    const opened = await blobs.openBlob(hash, person);
    expect(opened).toMatchObject({ state: 'open', size, mediaType: 'application/pdf' });
    expect((await read(opened)).equals(content)).toBe(true);
    expect(await blobs.openBlob('0'.repeat(64), person)).toEqual({ state: 'missing' });
    expect(await readdir(join(dir, 'spool'))).toEqual([]);
  });

  it('are locked until their day: nobody deletes them, shortens the lock, or changes what is read', async () => {
    const [person, content] = [someone(), pdf()];
    const { hash } = await blobs.putBlob(content, asPdf(person));
    const object = await onlyOne();
    const { Retention } = await admin.send(new GetObjectRetentionCommand(object));
    expect(Retention?.Mode).toBe('COMPLIANCE');
    const days = ((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);

    const locked = { name: expect.stringMatching(/^AccessDenied$/) };
    await expect(admin.send(new DeleteObjectCommand(object))).rejects.toMatchObject(locked);
    await expect(
      admin.send(new DeleteObjectCommand({ ...object, BypassGovernanceRetention: true })),
    ).rejects.toMatchObject(locked);
    const sooner = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 60_000) } as const;
    await expect(
      admin.send(new PutObjectRetentionCommand({ ...object, Retention: sooner, BypassGovernanceRetention: true })),
    ).rejects.toMatchObject(locked);
    expect((await read(await blobs.openBlob(hash, person))).equals(content)).toBe(true);
  });

  it('are read as they were written also when someone puts another over them or marks them deleted', async () => {
    const [person, content] = [someone(), pdf()];
    const { hash } = await blobs.putBlob(content, asPdf(person));
    const { Bucket, Key } = await onlyOne();
    await admin.send(new PutObjectCommand({ Bucket, Key, Body: 'something else' }));
    expect(await versions()).toHaveLength(2);
    expect((await read(await blobs.openBlob(hash, person))).equals(content)).toBe(true);
    await admin.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await read(await blobs.openBlob(hash, person))).equals(content)).toBe(true);
    const kept = [];
    for await (const { bytes } of blobs.listBlobs(person)) kept.push(bytes);
    expect(kept).toEqual([content.length + overhead]);
  });

  it('are kept once however many put them at the same time, and again', async () => {
    const [person, content] = [someone(), pdf(50_000)];
    const put = await Promise.all(Array.from({ length: 6 }, () => blobs.putBlob(content, asPdf(person))));
    expect(new Set(put.map(({ hash }) => hash)).size).toBe(1);
    await blobs.putBlob(content, asPdf(person));
    await onlyOne();
  });

  it('that are large go up in parts, also from two at once, and a large one is one object', async () => {
    const person = someone();
    const content = Buffer.concat([Buffer.from('RIFF....WAVE'), randomBytes(2 * partBytes)]);
    const put = await Promise.all([blobs.putBlob(content, asWav(person)), blobs.putBlob(content, asWav(person))]);
    expect(put[0]).toEqual(put[1]);
    const object = await onlyOne();
    expect((await admin.send(new GetObjectRetentionCommand(object))).Retention?.Mode).toBe('COMPLIANCE');
    await expect(admin.send(new DeleteObjectCommand(object))).rejects.toThrow();
    expect((await read(await blobs.openBlob(put[0].hash, person))).equals(content)).toBe(true);
    expect((await admin.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  });

  it('of 64 MiB pass through with no more than a few parts in memory', async () => {
    const person = someone();
    const [chunk, chunks] = [256 * 1024, 256];
    const hash = createHash('sha256');
    let mostAhead = 0;
    const source = async function* () {
      for (let at = 0; at < chunks; at++) {
        mostAhead = Math.max(mostAhead, at * chunk - (await spooledBytes()));
        const piece = Buffer.alloc(chunk, at);
        if (at === 0) piece.write('RIFF....WAVE');
        hash.update(piece);
        yield piece;
      }
    };
    const spooledBytes = async () => {
      const names = await readdir(join(dir, 'spool'));
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, 'spool', name))).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    const blob = await blobs.putBlob(source(), asWav(person));
    expect(blob.size).toBe(64 * 1024 * 1024);
    expect(mostAhead).toBeLessThan(2 * 1024 * 1024);
    const opened = await blobs.openBlob(blob.hash, person);
    if (opened.state !== 'open') throw new Error(opened.state);
    const back = createHash('sha256');
    for await (const piece of opened.stream) back.update(piece as Buffer);
    expect(back.digest('hex')).toBe(hash.digest('hex'));
  });

  it('that were altered where they lie are told as damaged', async () => {
    const [person, content] = [someone(), pdf(200_000)];
    const { hash } = await blobs.putBlob(content, asPdf(person));
    const { Key } = await onlyOne();
    await writeFile(join(dir, 'data', bucket, Key), randomBytes(200_000));
    await expect(blobs.openBlob(hash, person).then(read)).rejects.toThrow(BlobDamaged);
    await expect(blobs.putBlob(content, asPdf(person))).rejects.toThrow(BlobDamaged);
  });

  it('are listed for erasure, and unreadable once the person’s key is destroyed', async () => {
    const [person, other] = [someone(), someone()];
    const { hash } = await blobs.putBlob(pdf(10), asPdf(person));
    await blobs.putBlob(pdf(20), asPdf(person));
    await blobs.putBlob(pdf(30), asPdf(other));
    await keys.destroy(person);
    expect(await blobs.openBlob(hash, person)).toEqual({ state: 'erased' });
    const kept = [];
    for await (const object of blobs.listBlobs(person)) kept.push(object);
    expect(kept.map(({ bytes }) => bytes).sort()).toEqual([19 + overhead, 29 + overhead]);
    expect(kept.map(({ name }) => name)).toEqual(kept.map(({ name }) => name).sort());
    expect(Math.abs((kept[0]?.storedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('are listed to the last, however many there are', async () => {
    const folder = 'f'.repeat(32);
    const names = Array.from({ length: 1_005 }, (_, at) => `${folder}/${String(at).padStart(64, '0')}`);
    for (let from = 0; from < names.length; from += 50) {
      const some = names.slice(from, from + 50);
      await Promise.all(
        some.map((name) => admin.send(new PutObjectCommand({ Bucket: bucket, Key: `arrears/${name}`, Body: 'x' }))),
      );
    }
    await admin.send(new PutObjectCommand({ Bucket: bucket, Key: `arrears/${'e'.repeat(32)}/other`, Body: 'x' }));
    const listed = [];
    for await (const { name } of store.list(folder)) listed.push(name);
    expect(listed).toEqual(names);
  });
});

describe('the bucket', () => {
  it('is good with object lock, and refused by name without', async () => {
    await expect(store.check()).resolves.toBeUndefined();
    const plain = `plain-${randomUUID()}`;
    await admin.send(new CreateBucketCommand({ Bucket: plain }));
    const without = await openS3Store({ ...settings, bucket: plain });
    await expect(without.check()).rejects.toThrow(`the bucket ${plain} has no object lock`);
    const absent = await openS3Store({ ...settings, bucket: 'no-such-bucket' });
    await expect(absent.check()).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('that can’t be reached fails what is put, and leaves nothing behind', async () => {
    const away = await openS3Store({ ...settings, endpoint: 'http://127.0.0.1:9' });
    const away_ = openBlobs({ store: away, keys: keys.derived });
    await expect(away_.putBlob(pdf(), asPdf(someone()))).rejects.toThrow('ECONNREFUSED');
    expect(await readdir(join(dir, 'spool'))).toEqual([]);
  });
});

/** Runs the development stack's S3 server until our input to it ends. */
async function startServer(folder: string): Promise<{ server: Server; child: ChildProcess }> {
  const program = join(import.meta.dirname, '../../../deploy/dev/s3.mjs');
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  for await (const line of createInterface(child.stdout)) return { server: JSON.parse(line) as Server, child };
  throw new Error(`the S3 server did not start: ${said}`);
}
