import smpp, { type Pdu, type Session } from 'smpp';
import type { Carrier, Inbound, Line } from './carrier.js';
import type { Message, Status } from './ledger.js';
import type { Receipt } from './receipts.js';
import { query, states, statusNumber, submit, type Centre } from './smpp-answers.js';
import { assembly } from './smpp-text.js';

export interface SmppOptions {
  port: number;
  systemId: string;
  password: string;
  /** Tag of this centre's own parameter for the client's reference. */
  referenceTag?: number | undefined;
}

/** `esm_class` of a receipt, and of a word on the way. */
const classOf = (status: Status): number => (status === 'sent' || status === 'accepted' ? 0x20 : 0x04);
const answerMs = 5_000;

/** A message centre that speaks SMPP 3.4. It knows no reference again: what is submitted twice is sent twice. */
export function smppDoor(options: SmppOptions) {
  const bound = new Set<Session>();
  const referenceName = `client_reference_${options.referenceTag}`;
  if (options.referenceTag !== undefined)
    smpp.addTLV(referenceName, { id: options.referenceTag, type: smpp.types.tlv.cstring });
  let centre: Centre | undefined;

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
      const status = right ? 0 : statusNumber(known ? 'ESME_RINVPASWD' : 'ESME_RINVSYSID');
      session.send(pdu.response({ command_status: status, system_id: 'carriers' }));
    });
    const ifBound = (work: (at: Centre, session: Session, pdu: Pdu) => void) => (pdu: Pdu) => {
      if (centre && bound.has(session)) work(centre, session, pdu);
      else session.send(pdu.response({ command_status: statusNumber('ESME_RINVBNDSTS') }));
    };
    session.on('submit_sm', ifBound(submit));
    session.on('query_sm', ifBound(query));
  });

  return {
    line: smppLine(bound, referenceName),
    listen: (carrier: Carrier, silenceMs: number): Promise<void> => {
      centre = { carrier, parts: assembly(), referenceName, silenceMs };
      return new Promise((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done));
    },
    close: async (): Promise<void> => {
      server.sessions.forEach((session) => session.destroy());
      await new Promise((done) => server.close(done));
    },
  };
}

/** Delivers to any session that is bound. */
function smppLine(bound: ReadonlySet<Session>, referenceName: string): Line {
  /** False: nobody took it. */
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
  return {
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
}

const phone = (number: string) => ({ source_addr_ton: 1, source_addr_npi: 1, source_addr: number.replace(/^\+/, '') });
/** `YYMMDDhhmmss`, UTC. */
const dateOf = (instant: string): string => new Date(instant).toISOString().replace(/\D/g, '').slice(2, 14);
