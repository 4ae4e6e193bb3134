import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Inbound } from './carrier.js';
import type { Message } from './ledger.js';
import type { Receipt } from './receipts.js';

export interface Host {
  host: string;
  port: number;
}

/** Codes of RFC 3463 for what hosts say of a mail that they could not deliver. */
const statusOf: Partial<Record<NonNullable<Receipt['because']>, string>> = {
  'no-mailbox': '5.1.1',
  moved: '5.1.6',
  blocked: '5.7.1',
};

/**
 * The report of RFC 3464 on a mail, if its sender asked for one of this kind; undefined: none is due. That a mail is on its
 * way is told only by an answer out of order, as "relayed".
 */
export function deliveryReport(message: Message, receipt: Receipt): { to: string; raw: string } | undefined {
  const { returnPath, notify, envelopeId } = (message.line ?? {}) as {
    returnPath?: string;
    notify?: string[];
    envelopeId?: string | null;
  };
  const good = receipt.status === 'delivered';
  const relayed = receipt.status === 'sent' && message.behaviour.receipt === 'out-of-order';
  if (!good && !relayed && receipt.status !== 'returned') return undefined;
  if (!returnPath || !notify?.includes(good || relayed ? 'SUCCESS' : 'FAILURE')) return undefined;
  const status = good || relayed ? '2.0.0' : ((receipt.because && statusOf[receipt.because]) ?? '5.0.0');
  const action = good ? 'delivered' : relayed ? 'relayed' : 'failed';
  const date = new Date(receipt.at).toUTCString();
  const boundary = `report-${message.providerMessageId}`;
  const lines = [
    'From: Mail Delivery System <mailer-daemon@carriers.example>',
    `To: <${returnPath}>`,
    `Subject: Delivery report: ${action}`,
    `Message-ID: <${action}-${message.providerMessageId}@carriers.example>`,
    `Date: ${date}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Your mail: ${action}.`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; carriers.example',
    ...(envelopeId ? [`Original-Envelope-Id: ${envelopeId}`] : []),
    `Arrival-Date: ${new Date(message.acceptedAt).toUTCString()}`,
    '',
    `Final-Recipient: rfc822; ${message.to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(status.startsWith('5') ? [`Diagnostic-Code: smtp; 550 ${status} refused`] : []),
    `Last-Attempt-Date: ${date}`,
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${String(message.line?.['messageId'])}`,
    '',
    `--${boundary}--`,
    '',
  ];
  return { to: returnPath, raw: lines.join('\r\n') };
}

/** A person's answer to a mail. */
export function personsReply(inbound: Inbound, answers: Message): { to: string; raw: string } | undefined {
  const to = answers.line?.['replyTo'];
  if (typeof to !== 'string' || to === '') return undefined;
  const lines = [
    `From: <${inbound.from}>`,
    `To: <${to}>`,
    'Subject: Re:',
    `Message-ID: <${inbound.inboundId}@example.com>`,
    `In-Reply-To: ${String(answers.line?.['messageId'])}`,
    `Date: ${new Date(inbound.at).toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`${inbound.text}\r\n\r\n> quoted\r\n`).toString('base64'),
    '',
  ];
  return { to, raw: lines.join('\r\n') };
}

/** Hands one mail to a host; true when it took it. `from` empty: a mail that nobody may answer. */
export function postMail(
  { host, port }: Host,
  { from, to, raw }: { from: string; to: string; raw: string },
): Promise<boolean> {
  const connection = new SMTPConnection({
    host,
    port,
    ignoreTLS: true,
    connectionTimeout: 5_000,
    socketTimeout: 10_000,
  });
  return new Promise((done) => {
    const finish = (taken: boolean): void => {
      connection.close();
      done(taken);
    };
    connection.on('error', () => finish(false));
    connection.connect((failure) => {
      if (failure) return finish(false);
      connection.send({ from: from === '' ? false : from, to: [to] }, raw, (refused) => {
        // A permanent refusal is an answer: coming again would change nothing.
        finish(!refused || (refused.responseCode ?? 0) >= 500);
      });
    });
  });
}
