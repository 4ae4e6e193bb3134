import type { Clock } from '@arrears/clock';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailMessage, EmailPort, ReturnReason, SendAnswer } from '../ports.js';
import type { ProviderSettings } from '../settings.js';
import { smtpRelay } from './relay.js';
import type { RelayAnswer, Rejected } from './relay-answer.js';
import { reasonOf } from './report.js';
import { returnAddresses } from './return-address.js';
import { startReturnDoor } from './return-door.js';

export type SmtpSettings = Extract<ProviderSettings, { kind: 'smtp' }>;

const busyMs = 1_000;
/** Relays that put off a mail (greylisting, a full queue) want to be left alone for about a minute. */
const putOffMs = 60_000;

/**
 * E-mail over SMTP. Every mail has a return address of its own, to which our return door listens: the relay is asked for a
 * report of delivery as well as of failure (DSN), replies and opt-outs come to the same door. A relay can't be asked.
 */
export function smtpEmail(settings: SmtpSettings, clock: Pick<Clock, 'nowIso' | 'realNow'>): EmailPort {
  const relay = smtpRelay(settings, () => clock.realNow());
  const addresses = returnAddresses(settings.returnPath);

  async function mailOf({ clientReference, to, subject, text, html }: EmailMessage): Promise<Buffer> {
    const replyTo = addresses.of('reply', clientReference);
    return new MailComposer({
      from: settings.from,
      to,
      replyTo,
      subject,
      text,
      ...(html === undefined ? {} : { html }),
      messageId: `<${clientReference}@${settings.returnPath.domain}>`,
      date: new Date(clock.nowIso()),
      textEncoding: 'base64',
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'OOF, AutoReply',
        'List-Unsubscribe': `<mailto:${replyTo}?subject=STOP&body=STOP>`,
      },
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
  }

  return {
    id: settings.id,
    channel: 'email',
    ratePerSecond: settings.ratePerSecond,
    tellsNeverHad: false,
    send: async (message) => {
      const envelope = {
        from: addresses.of('bounce', message.clientReference),
        to: message.to,
        envelopeId: message.clientReference,
      };
      return sendAnswer(await relay.send(await mailOf(message), envelope), message.clientReference);
    },
    ask: async () => ({ answer: 'unknown' }),
    listen: async (sink) => {
      const { host, port } = settings.returnPath;
      const door = await startReturnDoor({ host, port, addresses, sink, now: () => clock.nowIso() });
      return {
        stop: async () => {
          relay.close();
          await door.stop();
        },
      };
    },
  };
}

/** What the relay's answer means for the message. A number in the 400s: put off; in the 500s: never. */
export function sendAnswer(answer: RelayAnswer, clientReference: string): SendAnswer {
  switch (answer.came) {
    case 'accepted':
      return {
        answer: 'accepted',
        providerMessageId: /\bqueued as ([\w.-]{1,100})/i.exec(answer.response)?.[1] ?? clientReference,
      };
    case 'nothing':
      return { answer: 'unknown' };
    case 'not-sent':
      return answer.code === 'busy'
        ? { answer: 'throttled', retryAfterMs: busyMs }
        : { answer: 'unreachable', code: `smtp-${answer.code}` };
    case 'rejected': {
      const code = `smtp-${answer.code}${answer.status === undefined ? '' : `-${answer.status}`}`;
      if (answer.code < 500)
        return answer.stage === 'login' || answer.code === 421
          ? { answer: 'unreachable', code }
          : { answer: 'throttled', retryAfterMs: putOffMs };
      if (answer.stage === 'login') return { answer: 'unreachable', code };
      return { answer: 'refused', code, ...blamed(answer) };
    }
  }
}

function blamed({ stage, status }: Rejected): { blames: 'message' | 'provider'; nobodyThere?: ReturnReason } {
  // Policy of this relay: relaying denied, sender not allowed.
  if (stage === 'sender' || (stage === 'recipient' && status?.startsWith('5.7.'))) return { blames: 'provider' };
  // Only its enhanced code says that the mailbox is at fault: a bare 550 may be any policy.
  const reason = stage === 'recipient' || stage === 'content' ? reasonOf(status ?? '') : 'other';
  const dead = reason === 'no-mailbox' || reason === 'moved';
  return { blames: 'message', ...(dead && { nobodyThere: reason }) };
}
