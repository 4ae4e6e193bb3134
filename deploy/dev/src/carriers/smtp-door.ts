import type { Socket } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Carrier, Line } from './carrier.js';
import type { Submission } from './ledger.js';
import { deliveryReport, personsReply, postMail, type Host } from './mails.js';

export interface SmtpOptions {
  port: number;
  user: string;
  password: string;
  /** Where mail for the client's return addresses goes. */
  returnTo: Host;
}

/** A mail relay with delivery reports (DSN). It knows no mail again: what is handed over twice is delivered twice. */
export function smtpDoor(options: SmtpOptions) {
  let carrier: Carrier | undefined;
  let silenceMs = 0;
  const server = new SMTPServer({
    name: 'carriers',
    authMethods: ['PLAIN', 'LOGIN'],
    // On one machine, and with a self-made certificate it would prove nothing.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    hideDSN: false,
    size: 10_000_000,
    closeTimeout: 500,
    logger: false,
    onAuth: ({ username, password }, _session, done) => {
      if (username === options.user && password === options.password) done(null, { user: username });
      else done(rejection(535, '5.7.8 Wrong user or password'));
    },
    onRcptTo: ({ address }, _session, done) => {
      if (carrier?.peek(address).answer !== 'refuse') return done();
      carrier.take({ clientReference: '', to: address, text: '' });
      done(rejection(550, '5.1.1 No such mailbox'));
    },
    onData: (stream, session, done) => {
      const hangUp = (): void => void socketOf(server, session)?.destroy();
      take(stream, session).then(
        (answer) => {
          if (answer === 'hang up') hangUp();
          else if (answer === 'silence') setTimeout(hangUp, silenceMs).unref();
          else if (answer instanceof Error) done(answer);
          else done(null, `2.0.0 Ok: queued as ${answer.id}`);
        },
        () => done(rejection(451, '4.3.0 Come again')),
      );
    },
  });
  server.on('error', () => undefined);

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession) {
    const submission = await readMail(stream, session);
    const taken = carrier?.take(submission);
    switch (taken?.answer) {
      case undefined:
      case 'throttle':
        return rejection(451, '4.7.1 Too many mails, come again');
      case 'refuse':
      case 'other-content':
        return rejection(550, '5.1.1 No such mailbox');
      case 'drop':
        return 'hang up';
      case 'accepted':
        return taken?.silent ? 'silence' : { id: taken?.message.providerMessageId ?? '' };
    }
  }

  const line: Line = {
    receipt: async (message, receipt) => {
      const report = deliveryReport(message, receipt);
      return report ? postMail(options.returnTo, { from: '', to: report.to, raw: report.raw }) : true;
    },
    inbound: async (inbound, answers) => {
      const reply = answers && personsReply(inbound, answers);
      return reply ? postMail(options.returnTo, { from: inbound.from, to: reply.to, raw: reply.raw }) : false;
    },
  };
  return {
    line,
    listen: (to: Carrier, quietMs: number): Promise<void> => {
      [carrier, silenceMs] = [to, quietMs];
      return new Promise((done, failed) => {
        server.server.once('error', failed);
        server.listen(options.port, '127.0.0.1', done);
      });
    },
    close: async (): Promise<void> => {
      for (const { _socket } of server.connections) _socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function readMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Submission> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const mail = await PostalMime.parse(Buffer.concat(chunks));
  const { mailFrom, rcptTo, dsn } = session.envelope;
  const [recipient] = rcptTo;
  return {
    clientReference: /^<([^@>]+)@/.exec(mail.messageId ?? '')?.[1] ?? session.id,
    to: recipient?.address ?? '',
    subject: mail.subject,
    text: mail.text ?? mail.html ?? '',
    line: {
      returnPath: mailFrom ? mailFrom.address : '',
      notify: recipient?.dsn?.notify ?? ['FAILURE'],
      envelopeId: dsn?.envid ?? null,
      replyTo: mail.replyTo?.[0]?.address ?? '',
      messageId: mail.messageId,
    },
  };
}

const socketOf = (server: SMTPServer, session: SMTPServerSession): Socket | undefined =>
  [...server.connections].find((connection) => connection.session.id === session.id)?._socket;

const rejection = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
