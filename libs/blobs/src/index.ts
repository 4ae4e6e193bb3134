export { openBlobs, type Blob, type Blobs, type OpenBlob, type PutOptions } from './blobs.js';
export { BlobDamaged, BlobRefused, type Refusal } from './errors.js';
export { openFolderStore } from './folder-store.js';
export { mediaTypes, type MediaType } from './media-types.js';
export type { ObjectName, ObjectStore, StoredObject } from './object-store.js';
export { openS3Store, type S3Settings } from './s3-store.js';
export { blobSettings, openObjectStore, type BlobSettings } from './settings.js';
