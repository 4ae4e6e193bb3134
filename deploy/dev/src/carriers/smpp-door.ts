import { randomUUID } from 'node:crypto';
import smpp, { type Pdu, type Session } from 'smpp';
import type { Carrier, Inbound, Line } from './carrier.js';
import type { Message, Status, Submission } from './ledger.js';
import type { Receipt } from './receipts.js';
import { assembly, submittedText } from './smpp-text.js';

export interface SmppOptions {
  port: number;
  systemId: string;
  password: string;
  /** Tag of this centre's own parameter for the client's reference. */
  referenceTag?: number | undefined;
}

const error = (name: string): number => smpp.errors[name] ?? 0xff;
const states: Record<Status, [state: number, word: string]> = {
  accepted: [6, 'ACCEPTD'],
  sent: [1, 'ENROUTE'],
  delivered: [2, 'DELIVRD'],
  expired: [3, 'EXPIRED'],
  failed: [5, 'UNDELIV'],
  returned: [5, 'UNDELIV'],
};
/** `esm_class` of a receipt, and of a word on the way. */
const classOf = (status: Status): number => (status === 'sent' || status === 'accepted' ? 0x20 : 0x04);
const answerMs = 5_000;

/** A message centre that speaks SMPP 3.4. It knows no reference again: what is submitted twice is sent twice. */
export function smppDoor(options: SmppOptions) {
  const bound = new Set<Session>();
  const tag = options.referenceTag;
  const referenceName = `client_reference_${tag}`;
  if (tag !== undefined) smpp.addTLV(referenceName, { id: tag, type: smpp.types.tlv.cstring });
  const parts = assembly();
  let carrier: Carrier | undefined;
  let silenceMs = 0;

  const server = smpp.createServer((session) => {
    session.on('error', () => session.destroy());
    session.on('close', () => bound.delete(session));
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on('bind_transceiver', (pdu: Pdu) => {
      const known = pdu['system_id'] === options.systemId;
      const right = known && pdu['password'] === options.password;
      if (right) bound.add(session);
      const status = right ? 0 : error(known ? 'ESME_RINVPASWD' : 'ESME_RINVSYSID');
      session.send(pdu.response({ command_status: status, system_id: 'carriers' }));
    });
    session.on('submit_sm', (pdu: Pdu) => submit(session, pdu));
    session.on('query_sm', (pdu: Pdu) => query(session, pdu));
  });

  function submit(session: Session, pdu: Pdu): void {
    const answer = (command_status: number, message_id = ''): void => {
      session.send(pdu.response(command_status === 0 ? { message_id } : { command_status }));
    };
    if (!carrier || !bound.has(session)) return answer(error('ESME_RINVBNDSTS'));
    const whole = parts.add(submittedText(pdu), `${String(pdu['source_addr'])}>${String(pdu['destination_addr'])}`);
    if (!whole) return answer(0, `part-${randomUUID()}`);
    const taken = carrier.take(submissionOf(pdu, whole.text));
    switch (taken.answer) {
      case 'throttle':
        parts.putBack(whole);
        return answer(error('ESME_RTHROTTLED'));
      case 'refuse':
        return answer(error('ESME_RINVDSTADR'));
      case 'drop':
        session.destroy();
        return;
      case 'other-content':
        return answer(error('ESME_RSUBMITFAIL'));
      case 'accepted':
        if (!taken.silent) return answer(0, taken.message.providerMessageId);
        setTimeout(() => session.destroy(), silenceMs).unref();
    }
  }

  function submissionOf(pdu: Pdu, text: string): Submission {
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

  function query(session: Session, pdu: Pdu): void {
    const message = [...(carrier?.all() ?? [])].find((one) => one.providerMessageId === pdu['message_id']);
    if (message?.behaviour.asked === 'silence') return;
    if (!message) return void session.send(pdu.response({ command_status: error('ESME_RQUERYFAIL') }));
    const final_date = message.endedAt === undefined ? '' : new Date(message.endedAt);
    const [message_state] = states[message.status];
    session.send(pdu.response({ message_id: message.providerMessageId, final_date, message_state, error_code: 0 }));
  }

  /** To any session that is bound; false: nobody took it. */
  function deliver(fields: Record<string, unknown>): Promise<boolean> {
    const [session] = bound;
    if (!session) return Promise.resolve(false);
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), answerMs).unref();
      const written = session.deliver_sm({ dest_addr_ton: 0, dest_addr_npi: 1, ...fields }, (answer) => {
        clearTimeout(timer);
        done(answer.command_status === 0);
      });
      if (!written) done(false);
    });
  }

  const line: Line = {
    receipt: async (message: Message, receipt: Receipt) => {
      const { source, registered, number, reference } = message.line ?? {};
      if (registered !== 1) return true;
      const [message_state, word] = states[receipt.status];
      return deliver({
        ...phone(message.to),
        destination_addr: source,
        esm_class: classOf(receipt.status),
        short_message:
          `id:${receipt.providerMessageId} sub:001 dlvrd:001 submit date:${dateOf(message.acceptedAt)} ` +
          `done date:${dateOf(receipt.at)} stat:${word} err:000 text:`,
        receipted_message_id: receipt.providerMessageId,
        message_state,
        ...(typeof number === 'number' && { user_message_reference: number }),
        ...(typeof reference === 'string' && { [referenceName]: reference }),
      });
    },
    inbound: ({ from, text, inboundId }: Inbound, answers) =>
      deliver({
        ...phone(from),
        destination_addr: answers?.line?.['source'] ?? '',
        data_coding: 8,
        short_message: Buffer.from(text, 'utf16le').swap16(),
        receipted_message_id: inboundId,
      }),
  };
  return {
    line,
    listen: (to: Carrier, quietMs: number): Promise<void> => {
      [carrier, silenceMs] = [to, quietMs];
      return new Promise((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done));
    },
    close: async (): Promise<void> => {
      server.sessions.forEach((session) => session.destroy());
      await new Promise((done) => server.close(done));
    },
  };
}

const phone = (number: string) => ({ source_addr_ton: 1, source_addr_npi: 1, source_addr: number.replace(/^\+/, '') });
/** `YYMMDDhhmmss`, UTC. */
const dateOf = (instant: string): string => new Date(instant).toISOString().replace(/\D/g, '').slice(2, 14);
