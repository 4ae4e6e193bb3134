import type { Readable } from 'node:stream';

/** An object's name: the person's folder (32 hexadecimal digits) and the file's name in it (64), with a slash between. */
export type ObjectName = string;

export interface StoredObject {
  name: ObjectName;
  bytes: number;
  storedAt: Date;
}

/**
 * Where sealed files lie. A name is taken once and for good: nothing is overwritten, and there is no way to delete.
 * What is in a file is none of its business.
 */
export interface ObjectStore {
  /** A folder on this machine for files that are not yet whole. What it holds is sealed too. */
  readonly spool: string;
  /** Keeps a file whole or not at all. 'exists' = the name was taken, and what lies there is untouched. */
  create(name: ObjectName, file: { path: string; bytes: number }): Promise<'created' | 'exists'>;
  /** Undefined = there is no such object. The stream fails when the object ends before `bytes`. */
  open(name: ObjectName): Promise<{ bytes: number; stream: Readable } | undefined>;
  /** Everything in one person's folder, in the order of the names. */
  list(folder: string): AsyncIterable<StoredObject>;
  /** Fails, with a sentence, when nothing could be stored now. */
  check(): Promise<void>;
  close(): void;
}
