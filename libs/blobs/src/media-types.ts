import { BlobRefused } from './errors.js';

interface Kind {
  /** How such a file begins; one of these must match. */
  begins: readonly (readonly Part[])[];
  maxBytes: number;
}
interface Part {
  at: number;
  bytes: Buffer;
}

const MiB = 1024 * 1024;
const text = (at: number, characters: string): Part => ({ at, bytes: Buffer.from(characters, 'latin1') });
const bytes = (...values: number[]): Part => ({ at: 0, bytes: Buffer.from(values) });

/**
 * What may be kept: letters, scans and photographs, recordings. Nothing that a browser would run (HTML, SVG) and no
 * container that hides other files.
 */
const kinds = {
  'application/pdf': { begins: [[text(0, '%PDF-')]], maxBytes: 32 * MiB },
  'image/jpeg': { begins: [[bytes(0xff, 0xd8, 0xff)]], maxBytes: 32 * MiB },
  'image/png': { begins: [[bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)]], maxBytes: 32 * MiB },
  'image/tiff': { begins: [[text(0, 'II*\0')], [text(0, 'MM\0*')]], maxBytes: 128 * MiB },
  'audio/wav': { begins: [[text(0, 'RIFF'), text(8, 'WAVE')]], maxBytes: 1024 * MiB },
  'audio/mpeg': {
    begins: [[text(0, 'ID3')], ...[0xfb, 0xf3, 0xf2, 0xfa].map((second) => [bytes(0xff, second)])],
    maxBytes: 512 * MiB,
  },
  'audio/mp4': { begins: [[text(4, 'ftyp')]], maxBytes: 512 * MiB },
  'audio/ogg': { begins: [[text(0, 'OggS')]], maxBytes: 512 * MiB },
} as const satisfies Record<string, Kind>;

export type MediaType = keyof typeof kinds;
export const mediaTypes = Object.keys(kinds) as readonly MediaType[];

/** Bytes from the beginning by which every type is known. */
export const beginningBytes = 12;

/** @throws BlobRefused for a type that is not kept */
export function requireMediaType(name: string): MediaType {
  if (!Object.hasOwn(kinds, name))
    throw new BlobRefused('media-type', `files of this type are not kept; kept are ${mediaTypes.join(', ')}`);
  return name as MediaType;
}

/** Largest file of a type, in bytes, however much a caller would take. */
export function largest(type: MediaType): number {
  return kinds[type].maxBytes;
}

/** @throws BlobRefused when the file doesn't begin as its type does */
export function requireBeginning(type: MediaType, beginning: Buffer): void {
  const { begins }: Kind = kinds[type];
  const matches = begins.some((parts) =>
    parts.every(({ at, bytes: wanted }) => beginning.subarray(at, at + wanted.length).equals(wanted)),
  );
  if (!matches) throw new BlobRefused('not-of-its-type', `the file does not begin as ${type} does`);
}
