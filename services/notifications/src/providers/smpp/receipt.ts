import type { ProviderStatus, ProviderWord } from '../ports.js';

/** What a centre says of a message by its state (SMPP 3.4, 5.2.28); undefined: nothing that settles anything. */
const byState: Readonly<Record<number, ProviderStatus | undefined>> = {
  0: 'accepted',
  1: 'sent',
  2: 'delivered',
  3: 'expired',
  4: 'failed',
  5: 'failed',
  6: 'accepted',
  8: 'failed',
};
const byWord: Readonly<Record<string, ProviderStatus | undefined>> = {
  SCHEDUL: 'accepted',
  ENROUTE: 'sent',
  BUFFRED: 'sent',
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'failed',
  UNDELIV: 'failed',
  ACCEPTD: 'accepted',
  REJECTD: 'failed',
};

export const statusOfState = (state: unknown): ProviderStatus | undefined =>
  typeof state === 'number' ? byState[state] : undefined;

export type ReadReceipt = ProviderWord & { providerMessageId: string | undefined };

/**
 * A delivery receipt: the optional parameters where they came, else the text of appendix B, which centres spell alike:
 * `id:… sub:001 dlvrd:001 submit date:… done date:2611091200 stat:DELIVRD err:000 text:…`.
 * @param utcOffsetMinutes of the centre's dates
 */
export function readReceipt(
  pdu: { receipted_message_id?: unknown; message_state?: unknown; text: string },
  utcOffsetMinutes: number,
): ReadReceipt | undefined {
  const stat = /\bstat:([A-Z]{5,8})/i.exec(pdu.text)?.[1]?.toUpperCase();
  const status = statusOfState(pdu.message_state) ?? (stat === undefined ? undefined : byWord[stat.slice(0, 7)]);
  if (!status) return undefined;
  const id = pdu.receipted_message_id ?? /\bid:(\S+)/i.exec(pdu.text)?.[1];
  return {
    status,
    providerMessageId: typeof id === 'string' && id !== '' ? id : undefined,
    at: instantOf(/\bdone date:(\d{10}(?:\d\d)?)/i.exec(pdu.text)?.[1], utcOffsetMinutes),
  };
}

/** `YYMMDDhhmm` or `YYMMDDhhmmss`. */
export function instantOf(date: string | undefined, utcOffsetMinutes: number): string | undefined {
  const parts = date?.match(/\d\d/g)?.map(Number);
  if (!parts || parts.length < 5) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const ms = Date.UTC(2000 + year, month - 1, day, hour, minute, second) - utcOffsetMinutes * 60_000;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
