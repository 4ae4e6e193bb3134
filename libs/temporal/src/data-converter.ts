import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { payloadCodec, type CodecKeyRing } from './codec.js';

/** The same file for clients, workers and the bundle; its place is the same seen from `src` and from `dist`. */
export const failureConverterPath = fileURLToPath(new URL('../failure-converter.cjs', import.meta.url));

/** For the client, the worker and replay alike: whoever lacks it reads or writes something else than the others. */
export function dataConverter(ring: CodecKeyRing): DataConverter {
  return { payloadCodecs: [payloadCodec(ring)], failureConverterPath };
}
