/** How an SMS travels: the 7-bit alphabet of GSM 03.38 when every character is in it, else UCS-2. */
export interface SmsLength {
  encoding: 'gsm7' | 'ucs2';
  /** Septets, or UTF-16 code units. */
  units: number;
  segments: number;
}

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Sent as an escape and a second septet. */
const extended = '\f^{}\\[~]|€';
const septets = new Map([
  ...[...basic].map((one) => [one, 1] as const),
  ...[...extended].map((one) => [one, 2] as const),
]);

const room = { gsm7: { single: 160, part: 153 }, ucs2: { single: 70, part: 67 } } as const;

/** Characters of two units are not split over two segments, so a long text may need one more than a division says. */
export function smsLength(text: string): SmsLength {
  const characters = [...text];
  const encoding = characters.every((one) => septets.has(one)) ? 'gsm7' : 'ucs2';
  const sizes = characters.map((one) => (encoding === 'gsm7' ? (septets.get(one) ?? 1) : one.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { single, part } = room[encoding];
  if (units <= single) return { encoding, units, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, units, segments };
}
