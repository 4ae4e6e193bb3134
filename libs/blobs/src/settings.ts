import { join } from 'node:path';
import { openFolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';
import { openS3Store, type S3Settings } from './s3-store.js';

export type BlobSettings = { kind: 'folder'; path: string } | ({ kind: 's3' } & S3Settings);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where files are kept, from the environment: `BLOBS_PATH`, a folder; with `BLOBS_S3_BUCKET` a bucket with object lock, and the folder only
 * holds what is on its way. Tells every fault at once, by the variable's name.
 */
export function blobSettings(env: Environment): BlobSettings | { problems: string[] } {
  const given = (name: string) => env[name] || undefined;
  const path = given('BLOBS_PATH');
  const bucket = given('BLOBS_S3_BUCKET');
  const problems: string[] = [];
  if (path === undefined) problems.push('BLOBS_PATH is missing');
  if (bucket === undefined) return path === undefined ? { problems } : { kind: 'folder', path };

  const endpoint = given('BLOBS_S3_ENDPOINT');
  const region = given('BLOBS_S3_REGION');
  const prefix = given('BLOBS_S3_PREFIX') ?? '';
  const mode = given('BLOBS_LOCK_MODE') ?? 'COMPLIANCE';
  const days = given('BLOBS_LOCK_DAYS');
  if (region === undefined) problems.push('BLOBS_S3_REGION is missing');
  if (endpoint !== undefined && !/^https?:\/\/\S+$/.test(endpoint))
    problems.push('BLOBS_S3_ENDPOINT must be a URL that begins with http:// or https://');
  if (prefix !== '' && !/^[A-Za-z0-9._/-]*\/$/.test(prefix))
    problems.push('BLOBS_S3_PREFIX must be letters, digits, dots, dashes and slashes, a slash at its end');
  if (mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE') problems.push('BLOBS_LOCK_MODE must be COMPLIANCE or GOVERNANCE');
  if (days === undefined) problems.push('BLOBS_LOCK_DAYS is missing');
  else if (!/^[1-9]\d{0,4}$/.test(days)) problems.push('BLOBS_LOCK_DAYS must be a number of days from 1 to 99999');
  if (problems.length > 0) return { problems };
  return {
    kind: 's3',
    ...(endpoint !== undefined && { endpoint }),
    region: region as string,
    bucket,
    prefix,
    lock: { mode: mode as 'COMPLIANCE' | 'GOVERNANCE', days: Number(days) },
    spool: join(path as string, 'incoming'),
  };
}

export function openObjectStore(settings: BlobSettings): Promise<ObjectStore> {
  return settings.kind === 'folder' ? openFolderStore(settings.path) : openS3Store(settings);
}
