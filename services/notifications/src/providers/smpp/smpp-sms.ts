import type { Clock } from '@arrears/clock';
import type { Pdu } from 'smpp';
import type { AskAnswer, ProviderSink, SendAnswer, SmsMessage, SmsPort } from '../ports.js';
import type { ProviderSettings } from '../settings.js';
import { takeDelivery } from './deliveries.js';
import { digits, referenceParameter, sourceFields } from './fields.js';
import { smppLink, type Link, type LinkAnswer } from './link.js';
import { statusOfState } from './receipt.js';
import { references } from './references.js';
import { meaningOf, statusCode } from './statuses.js';
import { encodeText, fitsOneSegment, segments } from './text.js';

export type SmppSettings = Extract<ProviderSettings, { kind: 'smpp' }>;

const udhBit = 0x40;
const throttledMs = 1_000;
/** Real ms within which the parts of a long text are handed over: after the first there is no way back. */
const partsMs = 4_000;

/**
 * SMS over SMPP 3.4. The session is made at `listen`, or at the first message. Our reference goes along as
 * `user_message_reference` (16 bits, remembered here) and, where the centre has a parameter for it, as text: a receipt then
 * finds its message though the answer that would have named the centre's id was lost.
 */
export function smppSms(settings: SmppSettings, clock: Pick<Clock, 'nowIso' | 'realNow'>): SmsPort {
  const known = references();
  const parameter = referenceParameter(settings.referenceTag);
  let sink: ProviderSink | undefined;
  let link: Link | undefined;
  const deliveries = {
    sink: () => sink,
    known,
    parameter,
    utcOffsetMinutes: settings.utcOffsetMinutes,
    now: () => clock.nowIso(),
  };
  const open = (): Link =>
    (link ??= smppLink(
      settings,
      (pdu) => takeDelivery(deliveries, pdu),
      () => clock.realNow(),
    ));

  async function send(message: SmsMessage): Promise<SendAnswer> {
    const submissions = submissionsOf(settings, message, known.next(message.clientReference, digits(message.to)));
    const to = open();
    const end = clock.realNow() + partsMs;
    let answer: SendAnswer = { answer: 'unknown' };
    for (const [index, submission] of submissions.entries()) {
      const fields = { ...submission, ...parameter.fields(message.clientReference) };
      const isLast = index === submissions.length - 1;
      const late = isLast ? (pdu: Pdu): void => void lateAnswer(message.clientReference, pdu) : undefined;
      if (index > 0 && clock.realNow() >= end) return { answer: 'unknown' };
      do {
        answer = sendAnswer(settings, await to.request('submit_sm', { ...fields }, late));
        if (index === 0 || answer.answer !== 'throttled') break;
        await new Promise((done) => setTimeout(done, 100));
      } while (clock.realNow() < end);
      // A refused first part sent nothing; once one part is accepted, the rest goes along or nobody knows.
      if (answer.answer !== 'accepted') return index === 0 ? answer : { answer: 'unknown' };
    }
    return answer;
  }

  /** An answer after the time-out settles what was unknown. */
  async function lateAnswer(clientReference: string, pdu: Pdu): Promise<void> {
    const answer = sendAnswer(settings, { came: 'answer', pdu });
    if (answer.answer !== 'accepted' || !sink) return;
    const receipt = { clientReference, status: 'accepted', providerMessageId: answer.providerMessageId } as const;
    // When it can't be taken now, the message's own receipt or a person settles it.
    await sink.receipt(receipt).catch(() => undefined);
  }

  async function ask(providerMessageId: string | null): Promise<AskAnswer> {
    if (providerMessageId === null) return { answer: 'unknown' };
    const fields = { message_id: providerMessageId, ...sourceFields(settings.source) };
    const answer = await open().request('query_sm', fields);
    if (answer.came !== 'answer' || answer.pdu.command_status !== 0) return { answer: 'unknown' };
    const status = statusOfState(answer.pdu['message_state']);
    if (!status) return { answer: 'unknown' };
    const done = answer.pdu['final_date'];
    const at = done instanceof Date && !Number.isNaN(done.getTime()) ? done.toISOString() : undefined;
    return { answer: 'known', status, providerMessageId, at };
  }

  return {
    id: settings.id,
    channel: 'sms',
    ratePerSecond: settings.ratePerSecond,
    tellsNeverHad: false,
    send,
    ask: ({ providerMessageId }) => ask(providerMessageId),
    listen: async (to) => {
      sink = to;
      const opened = open();
      return {
        stop: async () => {
          await opened.stop();
          sink = link = undefined;
        },
      };
    },
  };
}

/** One submission, or one for each part of a long text. */
function submissionsOf(settings: SmppSettings, message: SmsMessage, reference: number): Record<string, unknown>[] {
  const text = encodeText(message.text);
  const fields = {
    ...sourceFields(settings.source),
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: digits(message.to),
    validity_period: new Date(message.validUntil),
    data_coding: text.dataCoding,
    registered_delivery: 1,
    user_message_reference: reference,
  };
  if (fitsOneSegment(text)) return [{ ...fields, short_message: text.bytes }];
  if (settings.longText === 'payload') return [{ ...fields, short_message: '', message_payload: text.bytes }];
  return segments(text, reference).map((bytes, index, all) => ({
    ...fields,
    short_message: bytes,
    esm_class: udhBit,
    // The last one stands for all: a phone shows a text once it has every part.
    registered_delivery: index === all.length - 1 ? 1 : 0,
  }));
}

function sendAnswer({ statuses }: SmppSettings, answer: LinkAnswer): SendAnswer {
  if (answer.came === 'nothing') return { answer: 'unknown' };
  if (answer.came === 'not-sent')
    return answer.code === 'window-full'
      ? { answer: 'throttled', retryAfterMs: throttledMs }
      : { answer: 'unreachable', code: answer.code };
  const { command_status: status, message_id: id } = answer.pdu;
  const code = statusCode(status);
  switch (meaningOf(status, statuses)) {
    case 'accepted':
      return typeof id === 'string' && id !== ''
        ? { answer: 'accepted', providerMessageId: id }
        : { answer: 'unknown' };
    case 'throttled':
      return { answer: 'throttled', retryAfterMs: throttledMs };
    case 'message':
      return { answer: 'refused', code, blames: 'message' };
    case 'no-such-number':
      return { answer: 'refused', code, blames: 'message', nobodyThere: 'unknown-address' };
    case 'provider':
      return { answer: 'refused', code, blames: 'provider' };
    case 'unbound':
      return { answer: 'unreachable', code };
    case 'unknown':
      return { answer: 'unknown' };
  }
}
