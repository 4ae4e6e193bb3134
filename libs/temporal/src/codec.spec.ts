import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { payloadCodec, type CodecKeyRing } from './codec.js';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const ring: CodecKeyRing = { active: 'k1', keys: new Map([['k1', key(1)]]) };
const rotated: CodecKeyRing = {
  active: 'k2',
  keys: new Map([
    ['k1', key(1)],
    ['k2', key(2)],
  ]),
};
const owner = { type: 'workflow', namespace: 'default', workflowId: 'case-1' } as const;
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);

async function encoded(value: unknown, keys = ring): Promise<Payload> {
  const [payload] = await payloadCodec(keys).encode([payloadOf(value)], owner);
  return payload as Payload;
}

async function decoded(
  payload: Payload,
  keys = ring,
  context: typeof owner | { type: 'workflow'; namespace: string; workflowId: string } | undefined = owner,
): Promise<unknown> {
  const [opened] = await payloadCodec(keys).decode([payload], context);
  return valueOf(opened as Payload);
}

describe('payload codec', () => {
  it('gives back what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await decoded(await encoded(value))).toEqual(valueOf(payloadOf(value)));
      }),
      { numRuns: 200 },
    );
  });

  it('hides the content and how it was written', async () => {
    const payload = await encoded({ phone: '+886900000001' });
    const everything = Buffer.concat([payload.data as Uint8Array, ...Object.values(payload.metadata ?? {})]).toString(
      'latin1',
    );
    expect(everything).not.toContain('886900000001');
    expect(everything).not.toContain('json/plain');
  });

  it('never gives the same bytes twice', async () => {
    expect((await encoded('same')).data).not.toEqual((await encoded('same')).data);
  });

  it('opens what an older key of the ring closed, and closes with the active one', async () => {
    expect(await decoded(await encoded('old'), rotated)).toBe('old');
    const fresh = await encoded('new', rotated);
    await expect(decoded(fresh, ring)).rejects.toThrow('key "k2" is not in the ring (k1)');
  });

  it('tells a key whose bytes are others than its id promises', async () => {
    const wrong: CodecKeyRing = { active: 'k1', keys: new Map([['k1', key(9)]]) };
    await expect(decoded(await encoded('x'), wrong)).rejects.toThrow('altered or encrypted with another key');
  });

  it('does not open in another workflow or namespace', async () => {
    const payload = await encoded('for case-1');
    await expect(decoded(payload, ring, { ...owner, workflowId: 'case-2' })).rejects.toThrow(
      'was found in ["default","case-2"]',
    );
    await expect(decoded(payload, ring, { ...owner, namespace: 'other' })).rejects.toThrow('was found in');
  });

  it('does not open when its stored owner was rewritten to fit', async () => {
    const payload = await encoded('for case-1');
    const forged = { ...payload, metadata: { ...payload.metadata, owner: Buffer.from('["default","case-2"]') } };
    await expect(decoded(forged, ring, { ...owner, workflowId: 'case-2' })).rejects.toThrow('altered');
  });

  it('notices a single flipped bit', async () => {
    const payload = await encoded('intact');
    const length = payload.data?.length as number;
    for (const place of [0, 12, length - 1]) {
      const data = Uint8Array.from(payload.data as Uint8Array);
      data[place] = (data[place] as number) ^ 1;
      await expect(decoded({ ...payload, data })).rejects.toThrow('altered');
    }
    await expect(decoded({ ...payload, data: new Uint8Array(5) })).rejects.toThrow('cut short');
  });

  it('opens without a context by the owner that is stored, as a codec server must', async () => {
    const [opened] = await payloadCodec(ring).decode([await encoded('seen')]);
    expect(valueOf(opened as Payload)).toBe('seen');
  });

  it('closes nothing without knowing whose it is', async () => {
    await expect(payloadCodec(ring).encode([payloadOf(1)])).rejects.toThrow('which workflow');
  });

  it('lets pass what was never encrypted', async () => {
    expect(await decoded(payloadOf('plain'))).toBe('plain');
  });

  it('refuses a ring that could not work', () => {
    expect(() => payloadCodec({ active: 'none', keys: ring.keys })).toThrow('active key "none" is not in the ring');
    expect(() => payloadCodec({ active: 'k', keys: new Map([['k', new Uint8Array(16)]]) })).toThrow('16 bytes');
  });
});
