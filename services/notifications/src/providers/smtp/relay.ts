import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { connect, transmit } from './connection.js';
import type { Envelope, RelayAnswer, RelayOptions } from './relay-answer.js';

/** Real ms for which a connection without work is kept, and for which a mail waits for one of them. */
const idleMs = 10_000;
const waitMs = 1_500;
const lookMs = 20;

/** Hands mails to an SMTP relay over a few connections that are used again. Each answer says what is certain. */
export function smtpRelay(options: RelayOptions, realNow: () => number) {
  const idle: { connection: SMTPConnection; timer: NodeJS.Timeout }[] = [];
  let busy = 0;

  function keep(connection: SMTPConnection): void {
    const entry = { connection, timer: setTimeout(() => drop(entry), idleMs).unref() };
    idle.push(entry);
    // The one of its last rest, if it had one, goes: a connection may carry thousands of mails.
    connection.removeAllListeners('end').once('end', () => drop(entry));
  }
  function drop(entry: (typeof idle)[number]): void {
    const index = idle.indexOf(entry);
    if (index < 0) return;
    clearTimeout(entry.timer);
    idle.splice(index, 1);
    entry.connection.quit();
  }
  function reused(): SMTPConnection | undefined {
    const entry = idle.pop();
    if (entry) clearTimeout(entry.timer);
    return entry?.connection;
  }

  async function over(connection: SMTPConnection, raw: Buffer, envelope: Envelope, leftMs: number) {
    const answer = await transmit(connection, raw, envelope, leftMs);
    if (answer.came === 'accepted') keep(connection);
    return answer;
  }

  async function attempt(raw: Buffer, envelope: Envelope): Promise<RelayAnswer> {
    const deadline = realNow() + options.timeoutMs;
    const leftMs = () => Math.max(deadline - realNow(), 1);
    for (let old = reused(); old; old = reused()) {
      const answer = await over(old, raw, envelope, leftMs());
      // An idle connection may have been closed from the other side: then the next one is tried.
      if (answer.came !== 'not-sent' || realNow() >= deadline) return answer;
    }
    const made = await connect(options, leftMs());
    return 'came' in made ? made : over(made, raw, envelope, leftMs());
  }

  return {
    send: async (raw: Buffer, envelope: Envelope): Promise<RelayAnswer> => {
      for (const end = realNow() + waitMs; busy >= options.connections;) {
        if (realNow() > end) return { came: 'not-sent', code: 'busy' };
        await new Promise((done) => setTimeout(done, lookMs));
      }
      busy += 1;
      try {
        return await attempt(raw, envelope);
      } finally {
        busy -= 1;
      }
    },
    close: (): void => {
      for (const entry of [...idle]) drop(entry);
    },
  };
}
