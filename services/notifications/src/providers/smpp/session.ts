import smpp, { type Pdu, type Session } from 'smpp';

export interface SessionOptions {
  /** `smpp://host:port`, or `ssmpp://` with TLS. */
  url: string;
  systemId: string;
  password: string;
  systemType: string;
  enquireLinkMs: number;
  timeoutMs: number;
}

/**
 * One transceiver session, from the connection to its end. It ends itself when the bind is refused, when the other side
 * leaves an `enquire_link` without an answer, and at anything that makes no sense.
 * @param deliver handles a `deliver_sm`; resolves to the answer's command status
 */
export function openSession(
  options: SessionOptions,
  on: { bound: () => void; over: () => void; deliver: (pdu: Pdu) => Promise<number> },
): Session {
  const { hostname, port, protocol } = new URL(options.url);
  const tls = protocol === 'ssmpp:';
  const session = smpp.connect({ host: hostname, port: Number(port || (tls ? 3550 : 2775)), tls });
  let beating: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined = setTimeout(() => session.destroy(), options.timeoutMs);

  const heard = (): void => clearTimeout(silence);
  const beat = (): void => {
    silence = setTimeout(() => session.destroy(), options.timeoutMs);
    if (!session.enquire_link(heard)) session.destroy();
  };
  session.once(tls ? 'secureConnect' : 'connect', () => {
    const { systemId: system_id, password, systemType: system_type } = options;
    session.bind_transceiver({ system_id, password, system_type, interface_version: 0x34 }, (answer) => {
      heard();
      if (answer.command_status !== 0) return session.destroy();
      beating = setInterval(beat, options.enquireLinkMs);
      on.bound();
    });
  });
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu: Pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('deliver_sm', (pdu: Pdu) => {
    void on.deliver(pdu).then((status) => session.send(pdu.response({ command_status: status })));
  });
  // A broken PDU or line: the session is not to be trusted any more.
  session.on('error', () => session.destroy());
  session.once('close', () => {
    clearInterval(beating);
    heard();
    on.over();
  });
  return session;
}
