import { mkdir, open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  type CompletedPart,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import type { ObjectName, ObjectStore } from './object-store.js';

export interface S3Settings {
  /** Absent = Amazon's own for the region. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** Put before every name, with a slash at its end; absent or empty = none. */
  prefix?: string;
  /**
   * COMPLIANCE: nobody can delete or shorten before the day, the account's owner included. GOVERNANCE: only one with the right to
   * bypass can. Days count from the upload.
   */
  lock: { mode: 'COMPLIANCE' | 'GOVERNANCE'; days: number };
  /** Absent = the usual chain of the SDK: variables AWS_…, a file, the machine's or the pod's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** A folder on this machine for uploads that are not yet whole. */
  spool: string;
}

/** What is larger goes up in parts of this size; one part at a time is held in memory. */
export const partBytes = 8 * 1024 * 1024;
const attempts = 4;
const dayMs = 86_400_000;

/**
 * Objects in a bucket with object lock. A name is taken by a conditional write (`If-None-Match: *`), so that of two writers one wins; the
 * lock keeps the object from being deleted or replaced until its day.
 */
export async function openS3Store(settings: S3Settings): Promise<ObjectStore> {
  await mkdir(settings.spool, { recursive: true, mode: 0o700 });
  const client = new S3Client({
    region: settings.region,
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint, forcePathStyle: true }),
    ...(settings.credentials && { credentials: settings.credentials }),
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    // Every byte is authenticated by us; an object that came up in parts has no checksum of the whole.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const prefix = settings.prefix ?? '';
  const versions = (keyPrefix: string) => firstVersions(client, settings.bucket, keyPrefix);
  const exists = async (name: ObjectName) => (await versions(`${prefix}${name}`).next()).value !== undefined;
  const upload = (name: ObjectName, file: FileHandle, bytes: number) => {
    const target = { Bucket: settings.bucket, Key: `${prefix}${name}`, ...lockOf(settings) };
    return bytes <= partBytes ? putWhole(client, target, file, bytes) : putInParts(client, target, file, bytes);
  };

  return {
    spool: settings.spool,
    create: async (name, { path, bytes }) => {
      const file = await open(path, 'r');
      try {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await upload(name, file, bytes);
            return 'created';
          } catch (error) {
            // Taken, or ours from an attempt whose answer was lost: the caller reads it back.
            if (nameOf(error) === 'PreconditionFailed') return 'exists';
            if (nameOf(error) === 'NoSuchUpload' && (await exists(name))) return 'exists';
            const another = nameOf(error) === 'ConditionalRequestConflict' || nameOf(error) === 'NoSuchUpload';
            if (!another || attempt === attempts) throw error;
            await pause(50 * 2 ** attempt * (0.5 + Math.random()));
          }
        }
      } finally {
        await file.close();
      }
    },
    open: async (name) => {
      const { value: first } = await versions(`${prefix}${name}`).next();
      if (!first) return undefined;
      const { Key, VersionId } = first;
      const { Body, ContentLength } = await client.send(
        new GetObjectCommand({ Bucket: settings.bucket, Key, VersionId }),
      );
      if (!Body || ContentLength === undefined) throw new Error('the S3 server answered without the object');
      return { bytes: ContentLength, stream: Body as Readable };
    },
    list: async function* (folder) {
      for await (const { Key = '', Size = 0, LastModified = new Date(0) } of versions(`${prefix}${folder}/`))
        yield { name: Key.slice(prefix.length), bytes: Size, storedAt: LastModified };
    },
    check: () => requireObjectLock(client, settings.bucket),
    close: () => client.destroy(),
  };
}

/**
 * The first version of every object below a prefix, by name. Only the first is ours, written under the condition that there was none: what
 * someone puts over it, or marks as deleted, hides it from a plain read and no more.
 */
async function* firstVersions(
  client: S3Client,
  bucket: string,
  keyPrefix: string,
): AsyncGenerator<ObjectVersion, undefined, void> {
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  let held: ObjectVersion | undefined;
  while (next) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: keyPrefix, ...next }),
    );
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    for (const version of Versions) {
      // By name, the newest first: the last one of a name is its first version.
      if (held && held.Key !== version.Key) yield held;
      held = version;
    }
    next = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
  if (held) yield held;
  return undefined;
}

interface Target {
  Bucket: string;
  Key: string;
  ObjectLockMode: 'COMPLIANCE' | 'GOVERNANCE';
  ObjectLockRetainUntilDate: Date;
}

function lockOf({ lock }: S3Settings): Pick<Target, 'ObjectLockMode' | 'ObjectLockRetainUntilDate'> {
  // The server holds the day against its own clock, which is the real one also where business time is not.
  return { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(Date.now() + lock.days * dayMs) };
}

async function putWhole(client: S3Client, target: Target, file: FileHandle, bytes: number): Promise<void> {
  const Body = await readPart(file, 0, bytes);
  await client.send(new PutObjectCommand({ ...target, Body, ContentLength: bytes, IfNoneMatch: '*' }));
}

/** The condition is on the last request, which makes the object; parts of a loser are thrown away. */
async function putInParts(client: S3Client, target: Target, file: FileHandle, bytes: number): Promise<void> {
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }));
  try {
    const Parts: CompletedPart[] = [];
    for (let from = 0; from < bytes; from += partBytes) {
      const Body = await readPart(file, from, Math.min(partBytes, bytes - from));
      const PartNumber = Parts.length + 1;
      const part = { Bucket, Key, UploadId, PartNumber, Body, ContentLength: Body.length };
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'CRC32' }));
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
    );
  } catch (error) {
    // What this misses is removed by the bucket's rule for uploads that were never completed.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
    throw error;
  }
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const part = Buffer.alloc(length);
  for (let have = 0; have < length;) {
    const { bytesRead } = await file.read(part, have, length - have, position + have);
    if (bytesRead === 0) throw new Error('a spooled file became shorter while it was sent');
    have += bytesRead;
  }
  return part;
}

async function requireObjectLock(client: S3Client, bucket: string): Promise<void> {
  const off = `the bucket ${bucket} has no object lock: make it with object lock enabled`;
  try {
    const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    if (ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') throw new Error(off);
  } catch (error) {
    if (nameOf(error) === 'ObjectLockConfigurationNotFoundError') throw new Error(off, { cause: error });
    throw error;
  }
}

function nameOf(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.name : undefined;
}
