import type { Metrics } from '@arrears/observability';
import type { CodecKeyRing, CodecOperation } from './codec.js';

const mostKeys = 8;

/** The ring with its use counted: operations by key and result, and which keys this process has. */
export function measuredRing(ring: CodecKeyRing, metrics: Metrics): CodecKeyRing {
  const info = metrics.gauge({
    name: 'codec_key_info',
    help: '1 for each key of the ring; the active one encrypts',
    labels: { key: { upTo: mostKeys }, active: ['yes', 'no'] },
  });
  for (const key of ring.keys.keys()) info.set({ key, active: key === ring.active ? 'yes' : 'no' }, 1);
  const operations = metrics.counter({
    name: 'codec_operations_total',
    help: 'Payloads encrypted and decrypted',
    labels: { op: ['encode', 'decode'], result: ['ok', 'unknown-key', 'failed'], key: { upTo: mostKeys } },
  });
  const onOperation = ({ op, result, key }: CodecOperation) => operations.inc({ op, result, key });
  return { ...ring, onOperation };
}
