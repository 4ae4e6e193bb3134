import type { ContactPointKind, PermitRequest } from '@arrears/contracts';
import type { EventKind } from '@arrears/compliance';

type Channel = PermitRequest['channel'];

interface ChannelFacts {
  points: readonly ContactPointKind[];
  /** Everything that the outcome of one contact could raise: all of it is reserved when the permit is granted. */
  raises: readonly EventKind[];
}

export const channelFacts: Readonly<Record<Channel, ChannelFacts>> = {
  sms: { points: ['mobile'], raises: ['smsSent', 'smsDelivered', 'anyContact'] },
  email: { points: ['email'], raises: ['emailSent', 'anyContact'] },
  push: { points: ['mobile'], raises: ['pushSent', 'anyContact'] },
  voiceBot: {
    points: ['mobile', 'landline'],
    raises: ['dialPlaced', 'dialUnanswered', 'conversation', 'effectiveCall', 'anyContact'],
  },
  call: {
    points: ['mobile', 'landline'],
    raises: ['dialPlaced', 'dialUnanswered', 'conversation', 'effectiveCall', 'anyContact'],
  },
  letter: { points: ['address'], raises: ['letterPosted', 'letterDelivered', 'anyContact'] },
  visit: { points: ['address'], raises: ['visitMade', 'anyContact'] },
};

/** What a contact with somebody else than the debtor or a liable person raises beside its channel's own. */
export function eventsRaised(channel: Channel, role: string | null): readonly EventKind[] {
  const { raises } = channelFacts[channel];
  return role === 'relatedThird' || role === 'unrelatedThird' ? [...raises, 'thirdPartyContact'] : raises;
}
