import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@arrears/observability';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { measuredRing } from './codec-metrics.js';
import { payloadCodec, type CodecKeyRing } from './codec.js';

const ringOf = (...ids: [string, ...string[]]): CodecKeyRing => ({
  active: ids[0],
  keys: new Map(ids.map((id) => [id, new Uint8Array(32).fill(id.charCodeAt(1))])),
});
const owner = { type: 'workflow', namespace: 'default', workflowId: 'case-1' } as const;

describe('the metrics of the payload codec', () => {
  it('count what was encrypted and decrypted, by key, and what could not be', async () => {
    const metrics = createMetrics();
    const codec = payloadCodec(measuredRing(ringOf('k1'), metrics));
    const others = payloadCodec(ringOf('k2'));
    const plain: Payload[] = [defaultPayloadConverter.toPayload('text')];
    const sealed = await codec.encode(plain, owner);
    await codec.decode(sealed, owner);
    await codec.decode(plain, owner);
    await expect(codec.decode(await others.encode(plain, owner), owner)).rejects.toThrow('not in the ring');
    await expect(codec.decode(sealed, { ...owner, workflowId: 'case-2' })).rejects.toThrow('was found in');
    const count = (labels: Record<string, string>) => metrics.value('codec_operations_total', labels);
    expect(await count({ op: 'encode', result: 'ok', key: 'k1' })).toBe(1);
    expect(await count({ op: 'decode', result: 'ok', key: 'k1' })).toBe(1);
    expect(await count({ op: 'decode', result: 'unknown-key', key: 'k2' })).toBe(1);
    expect(await count({ op: 'decode', result: 'failed', key: 'k1' })).toBe(1);
  });

  it('say which keys a process has', async () => {
    const metrics = createMetrics();
    measuredRing(ringOf('k2', 'k1'), metrics);
    expect(await metrics.value('codec_key_info', { key: 'k2', active: 'yes' })).toBe(1);
    expect(await metrics.value('codec_key_info', { key: 'k1', active: 'no' })).toBe(1);
  });
});
