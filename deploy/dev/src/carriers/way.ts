import type { Channel, Reason, Signer } from './behaviour.js';
import type { Message, Status } from './ledger.js';

/** One step of a message's way, and what is said with it. */
export interface Step {
  status: Status;
  because?: Reason;
  signer?: Signer;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Business ms from acceptance to "sent", and from there to the end. Only letters take long. */
function pace(message: Message): { sentAfterMs: number; endsAfterMs: number } {
  const { afterDays } = message.behaviour;
  const endsAfterMs = afterDays === undefined ? undefined : afterDays * day;
  if (message.channel !== 'letter') return { sentAfterMs: 0, endsAfterMs: endsAfterMs ?? 0 };
  // Two or three days on the way, the same for the same letter.
  const nearOrFar = message.clientReference.charCodeAt(message.clientReference.length - 1) % 2;
  return { sentAfterMs: 6 * hour, endsAfterMs: endsAfterMs ?? (2 + nearOrFar) * day };
}

/** Where a message goes next at a business instant; undefined when it waits or has arrived. */
export function nextStep(message: Message, now: string): Step | undefined {
  const { sentAfterMs, endsAfterMs } = pace(message);
  const nowMs = Date.parse(now);
  const expired = message.validUntil !== undefined && Date.parse(message.validUntil) < nowMs;
  if (message.status === 'accepted') {
    if (nowMs < Date.parse(message.acceptedAt) + sentAfterMs) return undefined;
    return message.channel === 'letter' && expired ? { status: 'expired' } : { status: 'sent' };
  }
  if (message.status !== 'sent' || isFinal(message)) return undefined;
  if (nowMs < Date.parse(message.sentAt ?? message.acceptedAt) + endsAfterMs) return undefined;
  if (message.channel === 'letter' || message.channel === 'email') return ending(message);
  if (expired) return { status: 'expired' };
  const { phoneOnAt } = message.behaviour;
  if (phoneOnAt !== undefined && Date.parse(phoneOnAt) > nowMs) return undefined;
  return ending(message);
}

export function isFinal(message: Message): boolean {
  // Nobody signs for a plain letter: that it was posted is the last word, unless it comes back.
  const { delivery = 'delivered' } = message.behaviour;
  if (message.status === 'sent' && message.delivery === 'plain') return ['delivered', 'reply'].includes(delivery);
  return ['delivered', 'failed', 'expired', 'returned'].includes(message.status);
}

const comesBack: Partial<Record<Channel, Reason>> = { letter: 'unclaimed', email: 'no-mailbox' };

function ending({ channel, delivery, behaviour }: Message): Step {
  const reason = comesBack[channel];
  switch (behaviour.delivery) {
    case 'returned':
    case 'bounced':
      return reason ? { status: 'returned', because: behaviour.because ?? reason } : { status: 'failed' };
    case 'refused':
      return reason ? { status: 'returned', because: behaviour.because ?? 'refused' } : { status: 'failed' };
    case 'failed':
      return channel === 'email' ? { status: 'returned', because: behaviour.because ?? 'other' } : { status: 'failed' };
    case 'delivered':
    case 'reply':
    case undefined: {
      const signed = channel === 'letter' && delivery !== 'plain';
      return { status: 'delivered', ...(signed && { signer: behaviour.signer ?? 'self' }) };
    }
  }
}
