import type { Behaviour, Channel, Reason, Signer } from './behaviour.js';
import { isFinal, nextStep, type Step } from './way.js';

export type Status = 'accepted' | 'sent' | 'delivered' | 'failed' | 'expired' | 'returned';

export interface Submission {
  clientReference: string;
  /** Number, e-mail address or postal address. */
  to: string;
  text: string;
  /** Business instant after which the message must not reach the person any more. */
  validUntil?: string | undefined;
  subject?: string | undefined;
  addressee?: string | undefined;
  delivery?: 'plain' | 'registered' | 'electronic-with-receipt' | undefined;
  fileHash?: string | undefined;
  /** What a protocol has to remember until the end: addresses of reports, numbers of a session. */
  line?: Record<string, unknown> | undefined;
}
export interface Message extends Submission {
  provider: string;
  channel: Channel;
  providerMessageId: string;
  status: Status;
  behaviour: Behaviour;
  /** Business instants, ISO. */
  acceptedAt: string;
  sentAt?: string;
  deliveredAt?: string;
  endedAt?: string;
  because?: Reason;
  signer?: Signer;
  /** How often the client handed it in, and how often the person got it: the second may never pass 1. */
  submissions: number;
  deliveries: number;
}
export type Entry =
  | { kind: 'accepted'; message: Message }
  | { kind: 'again'; clientReference: string }
  | { kind: 'recalled'; clientReference: string }
  | ({ kind: 'status'; clientReference: string; at: string } & Step);

export type Accepted = { outcome: 'accepted' | 'known' | 'other-content'; message: Message };

/**
 * What a carrier knows, as a fold over its log: a restart reads the log and goes on. `append` must have written an entry
 * before the carrier answers.
 */
export function ledger(
  log: { entries: Iterable<Entry>; append: (entry: Entry) => void },
  carrier: { id: string; channel: Channel },
  newId: () => string,
) {
  const messages = new Map<string, Message>();
  const apply = (entry: Entry): void => {
    if (entry.kind === 'accepted') {
      messages.set(entry.message.clientReference, { ...entry.message, provider: carrier.id, channel: carrier.channel });
      return;
    }
    const message = messages.get(entry.clientReference);
    if (!message) return;
    if (entry.kind === 'again') message.submissions += 1;
    else if (entry.kind === 'recalled') messages.delete(entry.clientReference);
    else moveTo(message, entry);
  };
  const record = (entry: Entry): void => {
    log.append(entry);
    apply(entry);
  };
  for (const entry of log.entries) apply(entry);

  return {
    /** Takes a message once per client reference; the same reference with another content is refused. */
    accept(submission: Submission, behaviour: Behaviour, now: string): Accepted {
      const known = messages.get(submission.clientReference);
      if (known) {
        const same =
          known.to === submission.to && known.text === submission.text && known.fileHash === submission.fileHash;
        if (same) record({ kind: 'again', clientReference: submission.clientReference });
        return { outcome: same ? 'known' : 'other-content', message: known };
      }
      const message: Message = {
        ...submission,
        provider: carrier.id,
        channel: carrier.channel,
        providerMessageId: newId(),
        status: 'accepted',
        behaviour,
        acceptedAt: now,
        submissions: 1,
        deliveries: 0,
      };
      record({ kind: 'accepted', message });
      return { outcome: 'accepted', message: get(messages, submission.clientReference) };
    },
    /** One step of a message's way; undefined when it waits or has arrived. */
    advance(clientReference: string, now: string): Message | undefined {
      const message = get(messages, clientReference);
      const next = nextStep(message, now);
      if (!next) return undefined;
      record({ kind: 'status', clientReference, at: now, ...next });
      return message;
    },
    /** Takes a message out that has not left yet. */
    recall(clientReference: string): 'recalled' | 'too-late' | 'unknown' {
      const message = messages.get(clientReference);
      if (!message) return 'unknown';
      if (message.status !== 'accepted') return 'too-late';
      record({ kind: 'recalled', clientReference });
      return 'recalled';
    },
    find: (clientReference: string): Message | undefined => messages.get(clientReference),
    all: (): Iterable<Message> => messages.values(),
    isFinal,
  };
}
export type Ledger = ReturnType<typeof ledger>;

function moveTo(message: Message, { status, at, because, signer }: Step & { at: string }): void {
  message.status = status;
  if (because) message.because = because;
  if (signer) message.signer = signer;
  if (status === 'sent') message.sentAt = at;
  else if (status !== 'accepted') message.endedAt = at;
  if (status === 'delivered') {
    message.deliveries += 1;
    message.deliveredAt = at;
  }
}

function get(messages: Map<string, Message>, clientReference: string): Message {
  const message = messages.get(clientReference);
  if (!message) throw new Error('no such message');
  return message;
}
