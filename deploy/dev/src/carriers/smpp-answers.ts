import { randomUUID } from 'node:crypto';
import smpp, { type Pdu, type Session } from 'smpp';
import type { Carrier } from './carrier.js';
import type { Status, Submission } from './ledger.js';
import { submittedText, type Assembly } from './smpp-text.js';

export interface Centre {
  carrier: Carrier;
  parts: Assembly;
  /** Name of the parameter with the client's reference. */
  referenceName: string;
  silenceMs: number;
}

/** `message_state` and the word of a receipt's text. */
export const states: Record<Status, [state: number, word: string]> = {
  accepted: [6, 'ACCEPTD'],
  sent: [1, 'ENROUTE'],
  delivered: [2, 'DELIVRD'],
  expired: [3, 'EXPIRED'],
  failed: [5, 'UNDELIV'],
  returned: [5, 'UNDELIV'],
};
export const statusNumber = (name: string): number => smpp.errors[name] ?? 0xff;

/** Answers a `submit_sm`, or not, as the rules say. */
export function submit({ carrier, parts, referenceName, silenceMs }: Centre, session: Session, pdu: Pdu): void {
  const answer = (status: string | undefined, message_id = ''): void => {
    session.send(pdu.response(status === undefined ? { message_id } : { command_status: statusNumber(status) }));
  };
  const whole = parts.add(submittedText(pdu), `${String(pdu['source_addr'])}>${String(pdu['destination_addr'])}`);
  if (!whole) return answer(undefined, `part-${randomUUID()}`);
  const taken = carrier.take(submissionOf(pdu, referenceName, whole.text));
  switch (taken.answer) {
    case 'throttle':
      parts.putBack(whole);
      return answer('ESME_RTHROTTLED');
    case 'refuse':
      return answer('ESME_RINVDSTADR');
    case 'drop':
      session.destroy();
      return;
    case 'other-content':
      return answer('ESME_RSUBMITFAIL');
    case 'accepted':
      if (!taken.silent) return answer(undefined, taken.message.providerMessageId);
      setTimeout(() => session.destroy(), silenceMs).unref();
  }
}

function submissionOf(pdu: Pdu, referenceName: string, text: string): Submission {
  const validity = pdu['validity_period'];
  const reference = pdu[referenceName];
  return {
    clientReference: typeof reference === 'string' && reference !== '' ? reference : `smpp-${randomUUID()}`,
    to: `+${String(pdu['destination_addr'])}`,
    text,
    validUntil: validity instanceof Date ? validity.toISOString() : undefined,
    line: {
      source: pdu['source_addr'],
      registered: Number(pdu['registered_delivery']) & 1,
      number: pdu['user_message_reference'],
      reference,
    },
  };
}

/** Answers a `query_sm` by the id that the centre gave the message. */
export function query({ carrier }: Centre, session: Session, pdu: Pdu): void {
  const message = [...carrier.all()].find((one) => one.providerMessageId === pdu['message_id']);
  if (message?.behaviour.asked === 'silence') return;
  if (!message) return void session.send(pdu.response({ command_status: statusNumber('ESME_RQUERYFAIL') }));
  const final_date = message.endedAt === undefined ? '' : new Date(message.endedAt);
  const [message_state] = states[message.status];
  session.send(pdu.response({ message_id: message.providerMessageId, final_date, message_state, error_code: 0 }));
}
