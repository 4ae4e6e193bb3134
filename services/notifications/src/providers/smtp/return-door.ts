import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { ProviderSink } from '../ports.js';
import { header, isAutomatic, readReport } from './report.js';
import type { ReturnAddresses } from './return-address.js';

/** Largest mail taken in; a report brings headers only, a reply may quote. */
const maxBytes = 2_000_000;
const maxText = 4_000;

export interface ReturnDoorOptions {
  host: string;
  port: number;
  addresses: ReturnAddresses;
  sink: ProviderSink;
  now: () => string;
}

/**
 * Our SMTP door for what comes back: delivery reports and people's replies, at addresses that only we can make. A mail is
 * answered 250 once what it says is committed; else the relay keeps it and comes again.
 */
export async function startReturnDoor(options: ReturnDoorOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const server = new SMTPServer({
    name: 'arrears',
    banner: 'returns only',
    size: maxBytes,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: 50,
    socketTimeout: 30_000,
    closeTimeout: 1_000,
    logger: false,
    onRcptTo: ({ address }, _session, done) =>
      done(options.addresses.read(address) ? undefined : rejection(550, 'No such return address')),
    onData: (stream, session, done) => {
      take(options, stream, session).then(
        (refused) => done(refused),
        () => done(rejection(451, 'Not taken, come again')),
      );
    },
  });
  server.on('error', () => undefined); // A client's broken line; our own defects come through `onData`.
  await new Promise<void>((done, failed) => {
    server.server.once('error', failed);
    server.listen(options.port, options.host, done);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

async function take(
  { addresses, sink, now }: ReturnDoorOptions,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Error | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) return rejection(552, 'Too large');
  const raw = Buffer.concat(chunks);
  const mail = await PostalMime.parse(raw, { maxNestingDepth: 20 }).catch(() => undefined);
  if (!mail) return rejection(554, 'Not a mail');
  for (const { address } of session.envelope.rcptTo) {
    const to = addresses.read(address);
    if (to?.kind === 'bounce') {
      const word = readReport(mail);
      if (word) await sink.receipt({ ...word, clientReference: to.clientReference });
    } else if (to?.kind === 'reply' && !isAutomatic(mail)) {
      await sink.inbound({ ...reply(mail, raw), at: now(), clientReference: to.clientReference });
    }
  }
  return undefined;
}

function reply(mail: Email, raw: Buffer): { inboundId: string; from: string; text: string } {
  const id = header(mail, 'message-id');
  return {
    inboundId: createHash('sha256')
      .update(id ?? raw)
      .digest('hex')
      .slice(0, 40),
    from: mail.from?.address ?? '',
    text: written(mail),
  };
}

/** What the person wrote, without our own text below it; of an empty mail its subject. */
function written(mail: Email): string {
  const text = mail.text ?? (mail.html ?? '').replace(/<[^>]*>/g, ' ');
  const own = text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .trim();
  return (own === '' ? (mail.subject ?? '') : own).slice(0, maxText);
}

function rejection(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
