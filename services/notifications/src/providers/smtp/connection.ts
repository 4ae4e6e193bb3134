import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { refusal, type Envelope, type RelayAnswer, type RelayError, type RelayOptions } from './relay-answer.js';

/** A connection that greeted us and took our login, or why there is none. */
export function connect(options: RelayOptions, leftMs: number): Promise<SMTPConnection | RelayAnswer> {
  const { hostname, port, protocol } = new URL(options.url);
  const secure = protocol === 'smtps:';
  const connection = new SMTPConnection({
    host: hostname,
    port: Number(port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && options.tls === 'required',
    ignoreTLS: options.tls === 'none',
    connectionTimeout: leftMs,
    greetingTimeout: leftMs,
    socketTimeout: options.timeoutMs,
    logger: false,
  });
  // Whoever waits for an answer gets the error as well; one of an idle connection concerns nobody.
  connection.on('error', () => undefined);
  return new Promise((done) => {
    const failed = (error?: RelayError | null): void => {
      connection.close();
      done(refusal(error, 'login'));
    };
    connection.once('error', failed);
    connection.once('end', () => failed());
    const ready = (): void => {
      connection.removeListener('error', failed);
      done(connection);
    };
    connection.connect((error) => {
      if (error) return failed(error);
      if (options.user === undefined) return ready();
      connection.login({ user: options.user, pass: options.password ?? '' }, (refused) =>
        refused ? failed(refused) : ready(),
      );
    });
  });
}

/** Sends one mail. Closes the connection unless the mail was accepted. */
export function transmit(
  connection: SMTPConnection,
  raw: Buffer,
  { from, to, envelopeId }: Envelope,
  leftMs: number,
): Promise<RelayAnswer> {
  let started = false;
  // The library reads the mail only once the relay has said that it listens.
  const content = new Readable({
    read() {
      started = true;
      this.push(raw);
      this.push(null);
    },
  });
  const dsn = { ret: 'HDRS', envid: envelopeId, notify: ['SUCCESS', 'FAILURE', 'DELAY'], orcpt: `rfc822;${to}` };
  return new Promise((done) => {
    const finish = (answer: RelayAnswer): void => {
      clearTimeout(timer);
      if (answer.came !== 'accepted') connection.close();
      done(answer);
    };
    const timer = setTimeout(
      () => finish(started ? { came: 'nothing' } : { came: 'not-sent', code: 'time-out' }),
      leftMs,
    );
    connection.send({ from, to: [to], size: raw.length, dsn }, content, (error, info) =>
      finish(info && !error ? { came: 'accepted', response: info.response } : refusal(error, { started })),
    );
  });
}
