/** The part of the SMPP library that Arrears uses; it comes without typings of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  export interface Pdu {
    command: string;
    command_status: number;
    sequence_number: number;
    response(fields?: Record<string, unknown>): Pdu;
    isResponse(): boolean;
    /** Parameters of the command and optional ones; unknown tags by their number, as bytes. */
    [field: string]: unknown;
  }
  type Fields = Record<string, unknown>;
  export type Answered = (pdu: Pdu) => void;

  export interface Session extends EventEmitter {
    socket: Socket;
    /** False when the socket can't be written to: nothing was sent. */
    send(pdu: Pdu, answered?: Answered): boolean;
    bind_transceiver(fields: Fields, answered: Answered): boolean;
    submit_sm(fields: Fields, answered: Answered): boolean;
    deliver_sm(fields: Fields, answered: Answered): boolean;
    query_sm(fields: Fields, answered: Answered): boolean;
    enquire_link(answered: Answered): boolean;
    unbind(answered: Answered): boolean;
    close(closed?: () => void): void;
    destroy(closed?: () => void): void;
  }
  interface Encoding {
    match(text: string): boolean;
    encode(text: string): Buffer;
    decode(bytes: Buffer): string;
  }
  interface Smpp {
    connect(options: {
      host: string;
      port: number;
      tls?: boolean;
      /** Ms of silence on the socket. */
      timeout?: number;
    }): Session;
    createServer(listener: (session: Session) => void): NetServer & { sessions: Session[] };
    /** Makes an optional parameter known by a name. */
    addTLV(name: string, options: { id: number; type: unknown }): void;
    types: { tlv: Record<'int8' | 'int16' | 'int32' | 'cstring' | 'string' | 'buffer', unknown> };
    encodings: Record<'ASCII' | 'LATIN1' | 'UCS2', Encoding>;
    errors: Record<string, number>;
  }
  const smpp: Smpp;
  export default smpp;
}
