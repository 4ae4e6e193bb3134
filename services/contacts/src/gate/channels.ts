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

/**
 * What one contact raises. With a third party it raises one more beside its channel's own. A thank-you or a correction
 * presses nobody: it is an outbound contact, takes no reminder's place, and counts as nothing else.
 */
export function eventsRaised(
  channel: Channel,
  purpose: PermitRequest['purpose'],
  thirdParty: boolean,
): readonly EventKind[] {
  const { raises } = channelFacts[channel];
  const counted = purpose === 'confirm-payment' ? raises.filter((kind) => kind === 'anyContact') : raises;
  return thirdParty ? [...counted, 'thirdPartyContact'] : counted;
}
