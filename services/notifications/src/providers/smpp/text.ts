import smpp from 'smpp';

/** A text as it goes over the air: one byte a character of the GSM alphabet, or two of UCS-2. */
export interface EncodedText {
  dataCoding: 0 | 8;
  bytes: Buffer;
}
/** Bytes that fit one short message, alone and as part of a longer one (3GPP TS 23.040: a header of 6 bytes). */
const single = { 0: 160, 8: 140 };
const part = { 0: 153, 8: 134 };

/** The GSM default alphabet where the text allows it (a third of the price), else UCS-2: any Chinese text. */
export function encodeText(text: string): EncodedText {
  return smpp.encodings.ASCII.match(text)
    ? { dataCoding: 0, bytes: smpp.encodings.ASCII.encode(text) }
    : { dataCoding: 8, bytes: Buffer.from(text, 'utf16le').swap16() };
}

export const fitsOneSegment = ({ dataCoding, bytes }: EncodedText): boolean => bytes.length <= single[dataCoding];

/**
 * The parts of a long text, each with its user data header. No character is cut in two.
 * @param reference 0-255: what the parts of one text have in common
 */
export function segments({ dataCoding, bytes }: EncodedText, reference: number): Buffer[] {
  const bodies: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(from + part[dataCoding], bytes.length);
    if (to < bytes.length && endsInside(bytes, to, dataCoding)) to -= dataCoding === 8 ? 2 : 1;
    bodies.push(bytes.subarray(from, to));
    from = to;
  }
  if (bodies.length > 255) throw new RangeError('A text has at most 255 segments');
  return bodies.map((body, index) =>
    Buffer.concat([Buffer.from([5, 0, 3, reference & 0xff, bodies.length, index + 1]), body]),
  );
}

/** Whether a cut at `at` would part a surrogate pair, or an escape from the character it announces. */
function endsInside(bytes: Buffer, at: number, dataCoding: 0 | 8): boolean {
  if (dataCoding === 0) return bytes[at - 1] === 0x1b;
  const unit = bytes.readUInt16BE(at - 2);
  return unit >= 0xd800 && unit <= 0xdbff;
}
