import { normal, type Behaviour, type Submission } from './behaviour.js';

export type Status = 'accepted' | 'sent' | 'delivered' | 'failed' | 'expired';
export interface Message extends Submission {
  providerMessageId: string;
  status: Status;
  behaviour: Behaviour;
  /** Business instants, ISO. */
  acceptedAt: string;
  deliveredAt?: string;
  /** How often the client handed it in, and how often the phone showed it: the second may never pass 1. */
  submissions: number;
  deliveries: number;
}
export type Entry =
  | { kind: 'accepted'; message: Message }
  | { kind: 'again'; clientReference: string }
  | { kind: 'status'; clientReference: string; status: Status; at: string };

export type Accepted =
  { outcome: 'accepted' | 'known'; message: Message } | { outcome: 'other-content'; message: Message };

/**
 * What the gateway knows, as a fold over its log: a restart reads the log and goes on. `append` must have written
 * an entry before the gateway answers.
 */
export function gateway(log: { entries: Iterable<Entry>; append: (entry: Entry) => void }, newId: () => string) {
  const messages = new Map<string, Message>();
  const apply = (entry: Entry): void => {
    if (entry.kind === 'accepted') {
      messages.set(entry.message.clientReference, { ...entry.message });
      return;
    }
    const message = messages.get(entry.clientReference);
    if (!message) return;
    if (entry.kind === 'again') {
      message.submissions += 1;
      return;
    }
    message.status = entry.status;
    if (entry.status === 'delivered') {
      message.deliveries += 1;
      message.deliveredAt = entry.at;
    }
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
        const same = known.to === submission.to && known.text === submission.text;
        if (same) record({ kind: 'again', clientReference: submission.clientReference });
        return { outcome: same ? 'known' : 'other-content', message: known };
      }
      const message: Message = {
        ...submission,
        providerMessageId: newId(),
        status: 'accepted',
        behaviour: { ...normal, ...behaviour },
        acceptedAt: now,
        submissions: 1,
        deliveries: 0,
      };
      record({ kind: 'accepted', message });
      return { outcome: 'accepted', message: get(messages, submission.clientReference) };
    },
    /** One step of a message's way to the phone; undefined when it waits or has arrived. */
    advance(clientReference: string, now: string): Message | undefined {
      const message = get(messages, clientReference);
      const next = nextStatus(message, now);
      if (!next) return undefined;
      record({ kind: 'status', clientReference, status: next, at: now });
      return message;
    },
    find: (clientReference: string): Message | undefined => messages.get(clientReference),
    all: (): Iterable<Message> => messages.values(),
    isFinal: (message: Message): boolean => ['delivered', 'failed', 'expired'].includes(message.status),
  };
}
export type Gateway = ReturnType<typeof gateway>;

function nextStatus(message: Message, now: string): Status | undefined {
  if (message.status === 'accepted') return 'sent';
  if (message.status !== 'sent') return undefined;
  if (Date.parse(message.validUntil) < Date.parse(now)) return 'expired';
  const { phoneOnAt } = message.behaviour;
  if (phoneOnAt !== undefined && Date.parse(phoneOnAt) > Date.parse(now)) return undefined;
  return 'delivered';
}

function get(messages: Map<string, Message>, clientReference: string): Message {
  const message = messages.get(clientReference);
  if (!message) throw new Error('no such message');
  return message;
}
