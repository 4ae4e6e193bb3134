import { describe, expect, it } from '@jest/globals';
import type { EventKind } from '@arrears/compliance';
import type { ContactPointKind, PermitRequest } from '@arrears/contracts';
import { channelFacts, eventsRaised } from './channels.js';

const dial: EventKind[] = ['dialPlaced', 'dialUnanswered', 'conversation', 'effectiveCall', 'anyContact'];
const table: [PermitRequest['channel'], ContactPointKind[], EventKind[]][] = [
  ['sms', ['mobile'], ['smsSent', 'smsDelivered', 'anyContact']],
  ['email', ['email'], ['emailSent', 'anyContact']],
  ['push', ['mobile'], ['pushSent', 'anyContact']],
  ['voiceBot', ['mobile', 'landline'], dial],
  ['call', ['mobile', 'landline'], dial],
  ['letter', ['address'], ['letterPosted', 'letterDelivered', 'anyContact']],
  ['visit', ['address'], ['visitMade', 'anyContact']],
];

describe('a contact', () => {
  it.each(table)('by %s goes to %j and reserves %j', (channel, points, raises) => {
    expect(channelFacts[channel]).toEqual({ points, raises });
    expect(eventsRaised(channel, 'collect', false)).toEqual(raises);
  });

  it.each(table)('by %s with a third person is one with a third person too', (channel, _, raises) => {
    expect(eventsRaised(channel, 'locate', true)).toEqual([...raises, 'thirdPartyContact']);
  });

  it.each(table)('by %s that thanks takes no reminder’s place', (channel) => {
    expect(eventsRaised(channel, 'confirm-payment', false)).toEqual(['anyContact']);
    expect(eventsRaised(channel, 'confirm-payment', true)).toEqual(['anyContact', 'thirdPartyContact']);
  });
});
