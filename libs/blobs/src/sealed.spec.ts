import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { BlobDamaged } from './errors.js';
import { frameBytes, opening, plainBytes, sealing } from './sealed.js';

const key = randomBytes(32);
const note = { mediaType: 'application/pdf' };
const sealedFrame = frameBytes + 16;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function sealAll(plain: Buffer, piece = 10_000): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const chunk of sealing(key, note, inPieces(plain, piece))) out.push(chunk);
  return Buffer.concat(out);
}

async function openAll(sealed: Buffer, { piece = 10_000, using = key } = {}): Promise<Buffer> {
  const { content } = await opening(using, inPieces(sealed, piece));
  const out: Buffer[] = [];
  for await (const chunk of content) out.push(chunk);
  return Buffer.concat(out);
}

describe('a sealed file', () => {
  it.each([1, 15, 16, 17, frameBytes - 1, frameBytes, frameBytes + 1, 3 * frameBytes, 3 * frameBytes + 5])(
    'opens to the same %d bytes, and its length tells how many',
    async (size) => {
      const plain = randomBytes(size);
      const sealed = await sealAll(plain);
      expect((await openAll(sealed)).equals(plain)).toBe(true);
      expect(plainBytes(sealed.length, note)).toBe(size);
    },
  );

  it('is the same however the pieces are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        async (plain, piece, readPiece) => {
          const sealed = await sealAll(Buffer.from(plain), piece);
          expect(await openAll(sealed, { piece: readPiece })).toEqual(Buffer.from(plain));
        },
      ),
    );
  });

  it('is another file each time, and shows nothing of its content or type', async () => {
    const plain = Buffer.alloc(1000, 'letter');
    const [one, two] = [await sealAll(plain), await sealAll(plain)];
    expect(one.equals(two)).toBe(false);
    expect(one.toString('latin1')).not.toMatch(/letter|pdf/);
  });

  it('does not open when any one byte of it is another', async () => {
    const sealed = await sealAll(randomBytes(40));
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      await expect(openAll(altered)).rejects.toThrow(BlobDamaged);
    }
  });

  it('does not open when it is cut anywhere, at the end of a frame too', async () => {
    const short = await sealAll(randomBytes(40));
    for (let length = 0; length < short.length; length++)
      await expect(openAll(short.subarray(0, length))).rejects.toThrow(BlobDamaged);
    const long = await sealAll(randomBytes(2 * frameBytes + 10));
    const head = long.length - 2 * sealedFrame - 26;
    for (const length of [head, head + sealedFrame, head + 2 * sealedFrame, long.length - 1])
      await expect(openAll(long.subarray(0, length))).rejects.toThrow(BlobDamaged);
  });

  it('does not open when something was put behind it', async () => {
    const sealed = await sealAll(randomBytes(frameBytes));
    await expect(openAll(Buffer.concat([sealed, Buffer.alloc(1)]))).rejects.toThrow(BlobDamaged);
    await expect(openAll(Buffer.concat([sealed, sealed.subarray(-sealedFrame)]))).rejects.toThrow(BlobDamaged);
  });

  it('does not open when frames are swapped, doubled, left out, or of another file', async () => {
    const sealed = await sealAll(randomBytes(2 * frameBytes + 10));
    const other = await sealAll(randomBytes(2 * frameBytes + 10));
    const start = sealed.length - 2 * sealedFrame - 26;
    const cut = (of: Buffer) => ({
      head: of.subarray(0, start),
      first: of.subarray(start, start + sealedFrame),
      second: of.subarray(start + sealedFrame, start + 2 * sealedFrame),
      last: of.subarray(start + 2 * sealedFrame),
    });
    const { head, first, second, last } = cut(sealed);
    expect(await openAll(Buffer.concat([head, first, second, last]))).toHaveLength(2 * frameBytes + 10);
    for (const wrong of [
      [head, second, first, last],
      [head, first, first, last],
      [head, first, last],
      [head, first, cut(other).second, last],
      [cut(other).head, first, second, last],
    ])
      await expect(openAll(Buffer.concat(wrong))).rejects.toThrow(BlobDamaged);
  });

  it('gives the frames before a damaged one, and never the damaged one', async () => {
    const plain = randomBytes(2 * frameBytes);
    const sealed = await sealAll(plain);
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const { content } = await opening(key, inPieces(sealed, 10_000));
    expect((await content.next()).value).toEqual(plain.subarray(0, frameBytes));
    await expect(content.next()).rejects.toThrow(BlobDamaged);
  });

  it('does not open with another key', async () => {
    const sealed = await sealAll(randomBytes(40));
    await expect(openAll(sealed, { using: randomBytes(32) })).rejects.toThrow(BlobDamaged);
  });

  it('refuses what never was one', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('%PDF-1.7 plain'), Buffer.alloc(4096, 0x41), randomBytes(4096)])
      await expect(openAll(bytes)).rejects.toThrow(BlobDamaged);
  });
});
