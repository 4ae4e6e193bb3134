import { createHash } from 'node:crypto';
import type { Pdu } from 'smpp';
import type { LineInbound, ProviderSink } from '../ports.js';
import { digits, textOf, type ReferenceParameter } from './fields.js';
import { readReceipt } from './receipt.js';
import type { References } from './references.js';

/** Message type in `esm_class`: a centre's receipt, or its word on the way. */
const receiptBits = 0x24;
/** Command statuses of our answer: taken, or "come again". */
const taken = 0;
const comeAgain = 0x64;
/** A reply that comes a second time after a lost acknowledgement does so within this business time. */
const sameReplyMs = 600_000;

export interface DeliveryParts {
  sink: () => ProviderSink | undefined;
  known: References;
  parameter: ReferenceParameter;
  utcOffsetMinutes: number;
  now: () => string;
}

/** Takes a `deliver_sm`, receipt or reply, and answers it once it is committed. */
export async function takeDelivery(parts: DeliveryParts, pdu: Pdu): Promise<number> {
  const sink = parts.sink();
  if (!sink) return comeAgain;
  try {
    if ((Number(pdu['esm_class']) & receiptBits) !== 0) await takeReceipt(parts, sink, pdu);
    else await sink.inbound(reply(pdu, parts.now()));
    return taken;
  } catch {
    return comeAgain;
  }
}

async function takeReceipt({ known, parameter, utcOffsetMinutes }: DeliveryParts, sink: ProviderSink, pdu: Pdu) {
  const receipt = readReceipt({ ...pdu, text: textOf(pdu) }, utcOffsetMinutes);
  if (!receipt) return;
  const number = pdu['user_message_reference'];
  const remembered = typeof number === 'number' ? known.find(number, digits(String(pdu['source_addr']))) : undefined;
  await sink.receipt({ ...receipt, clientReference: parameter.read(pdu) ?? remembered });
}

function reply(pdu: Pdu, now: string): LineInbound {
  const text = textOf(pdu);
  const sender = String(pdu['source_addr']);
  const own = pdu['receipted_message_id'];
  const bucket = Math.floor(Date.parse(now) / sameReplyMs);
  const inboundId =
    typeof own === 'string' && own !== ''
      ? own
      : createHash('sha256').update(`${sender}|${bucket}|${text}`).digest('hex').slice(0, 32);
  return { inboundId, from: pdu['source_addr_ton'] === 1 ? `+${digits(sender)}` : sender, text, at: now };
}
