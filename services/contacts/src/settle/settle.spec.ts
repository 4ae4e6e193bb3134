import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventKind } from '@arrears/compliance';
import { permitOutcomes, type PermitRequest } from '@arrears/contracts';
import { channelFacts } from '../gate/channels.js';
import { countsIn, countState, isGivenBack, isOpen, outcomeFits, release, settle, type PermitState } from './settle.js';

type Outcome = (typeof permitOutcomes)[number];
const states: readonly PermitState[] = [...permitOutcomes, 'granted', 'released', 'assumed-placed'];
const after = (told: readonly Outcome[], from: PermitState = 'granted'): PermitState =>
  told.reduce((state: PermitState, outcome) => settle(state, outcome) ?? state, from);

describe('settling a permit', () => {
  it.each<[Outcome[], PermitState]>([
    [['handed-over', 'sent', 'delivered'], 'delivered'],
    [['delivered', 'sent', 'handed-over'], 'delivered'],
    [['unknown', 'never-left'], 'never-left'],
    [['handed-over', 'unknown'], 'unknown'],
    [['unknown', 'handed-over'], 'unknown'],
    [['never-left', 'never-left', 'failed'], 'never-left'],
    [['unknown', 'never-left', 'unknown'], 'never-left'],
    [['sent', 'failed', 'delivered'], 'delivered'],
    [['delivered', 'failed'], 'delivered'],
    [['sent', 'returned'], 'returned'],
    [['delivered', 'returned'], 'delivered'],
    [['failed', 'returned'], 'failed'],
    [['returned', 'failed'], 'returned'],
    [['sent', 'never-left'], 'sent'],
    [['never-left', 'delivered'], 'delivered'],
    [['never-left', 'handed-over'], 'handed-over'],
    [['unanswered', 'effective-call'], 'effective-call'],
    [['conversation', 'effective-call'], 'effective-call'],
    [['effective-call', 'unanswered', 'conversation'], 'effective-call'],
    [['unanswered', 'never-left'], 'unanswered'],
    [['visited', 'never-left'], 'visited'],
    [['never-left', 'unanswered'], 'unanswered'],
  ])('%j ends as %s', (told, state) => {
    expect(after(told)).toBe(state);
  });

  it.each<[Outcome, PermitState]>([
    ['unanswered', 'unanswered'],
    ['conversation', 'conversation'],
    ['effective-call', 'effective-call'],
    ['handed-over', 'assumed-placed'],
    ['unknown', 'assumed-placed'],
    ['never-left', 'assumed-placed'],
  ])('call details that come after a day: %s makes it %s', (outcome, state) => {
    expect(after([outcome], 'assumed-placed')).toBe(state);
  });

  it('ends the same however often each outcome is told', () => {
    const told = fc.array(fc.constantFrom(...permitOutcomes), { maxLength: 8 });
    fc.assert(
      fc.property(told, (list) => {
        expect(after(list.flatMap((outcome) => [outcome, outcome]))).toBe(after(list));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a delivery counted whatever else is told of a message, before or after', () => {
    const told = fc.array(fc.constantFrom(...permitOutcomes.filter((one) => outcomeFits('sms', one))), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(told, told, (before, afterwards) => {
        expect(after([...before, 'delivered', ...afterwards])).toBe('delivered');
      }),
      { numRuns: 300 },
    );
  });

  it('releases what nobody used, once', () => {
    expect(release('granted')).toBe('released');
    expect(release('released')).toBeNull();
    expect(release('never-left')).toBeNull();
    for (const state of states.filter((one) => one !== 'granted' && !isGivenBack(one)))
      expect(release(state)).toBe('used');
  });

  it('believes a delivery even of a permit that was released', () => {
    expect(settle('released', 'delivered')).toBe('delivered');
  });

  it('is open while nothing final was told', () => {
    expect(states.filter(isOpen).sort()).toEqual(['granted', 'handed-over', 'unknown']);
  });
});

describe('the outcomes of a channel', () => {
  it.each<[PermitRequest['channel'], Outcome[]]>([
    ['sms', ['sent', 'delivered', 'returned']],
    ['email', ['sent', 'delivered', 'returned']],
    ['push', ['sent', 'delivered', 'returned']],
    ['letter', ['sent', 'delivered', 'returned']],
    ['voiceBot', ['sent', 'delivered', 'returned', 'unanswered', 'conversation', 'effective-call']],
    ['call', ['unanswered', 'conversation', 'effective-call']],
    ['visit', ['visited']],
  ])('%s: %j, and what every contact may end as', (channel, own) => {
    const fits = permitOutcomes.filter((outcome) => outcomeFits(channel, outcome));
    expect(fits.sort()).toEqual([...own, 'handed-over', 'unknown', 'failed', 'never-left'].sort());
  });
});

describe('counters by the state of their permit', () => {
  const counts = (channel: PermitRequest['channel'], state: PermitState) => {
    const { reserved, counted, givenBack } = countsIn(channelFacts[channel].raises, state);
    return { reserved: [...reserved].sort(), counted: [...counted].sort(), givenBack: [...givenBack].sort() };
  };
  const dial: EventKind[] = ['anyContact', 'conversation', 'dialPlaced', 'dialUnanswered', 'effectiveCall'];
  const none: EventKind[] = [];

  it.each<[PermitState, EventKind[], EventKind[], EventKind[]]>([
    ['granted', ['anyContact', 'smsDelivered', 'smsSent'], none, none],
    ['handed-over', ['anyContact', 'smsDelivered', 'smsSent'], none, none],
    ['unknown', ['anyContact', 'smsDelivered', 'smsSent'], none, none],
    ['sent', ['smsDelivered'], ['anyContact', 'smsSent'], none],
    ['delivered', none, ['anyContact', 'smsDelivered', 'smsSent'], none],
    ['failed', none, ['anyContact', 'smsSent'], ['smsDelivered']],
    ['returned', none, ['anyContact', 'smsSent'], ['smsDelivered']],
    ['never-left', none, none, ['anyContact', 'smsDelivered', 'smsSent']],
    ['released', none, none, ['anyContact', 'smsDelivered', 'smsSent']],
  ])('an SMS that is %s', (state, reserved, counted, givenBack) => {
    expect(counts('sms', state)).toEqual({ reserved, counted, givenBack });
  });

  it.each<[PermitState, EventKind[], EventKind[], EventKind[]]>([
    ['granted', dial, none, none],
    ['unknown', dial, none, none],
    ['unanswered', none, ['anyContact', 'dialPlaced', 'dialUnanswered'], ['conversation', 'effectiveCall']],
    ['conversation', none, ['anyContact', 'conversation', 'dialPlaced'], ['dialUnanswered', 'effectiveCall']],
    ['effective-call', none, ['anyContact', 'conversation', 'dialPlaced', 'effectiveCall'], ['dialUnanswered']],
    ['assumed-placed', none, ['anyContact', 'dialPlaced'], ['conversation', 'dialUnanswered', 'effectiveCall']],
    ['failed', none, ['anyContact', 'dialPlaced', 'dialUnanswered'], ['conversation', 'effectiveCall']],
    ['never-left', none, none, dial],
  ])('a dial that is %s', (state, reserved, counted, givenBack) => {
    expect(counts('call', state)).toEqual({ reserved, counted, givenBack });
  });

  it.each<[PermitState, EventKind[], EventKind[], EventKind[]]>([
    ['sent', ['conversation', 'dialUnanswered', 'effectiveCall'], ['anyContact', 'dialPlaced'], none],
    ['delivered', none, ['anyContact', 'conversation', 'dialPlaced', 'effectiveCall'], ['dialUnanswered']],
    ['failed', none, ['anyContact', 'dialPlaced', 'dialUnanswered'], ['conversation', 'effectiveCall']],
  ])('a voice message that is %s', (state, reserved, counted, givenBack) => {
    expect(counts('voiceBot', state)).toEqual({ reserved, counted, givenBack });
  });

  it.each<[PermitRequest['channel'], PermitState, EventKind[], EventKind[]]>([
    ['letter', 'sent', ['anyContact', 'letterPosted'], none],
    ['letter', 'delivered', ['anyContact', 'letterDelivered', 'letterPosted'], none],
    ['letter', 'returned', ['anyContact', 'letterPosted'], ['letterDelivered']],
    ['email', 'delivered', ['anyContact', 'emailSent'], none],
    ['email', 'returned', ['anyContact', 'emailSent'], none],
    ['push', 'sent', ['anyContact', 'pushSent'], none],
    ['visit', 'visited', ['anyContact', 'visitMade'], none],
    ['visit', 'failed', ['anyContact'], ['visitMade']],
  ])('a %s that is %s', (channel, state, counted, givenBack) => {
    expect(counts(channel, state)).toMatchObject({ counted, givenBack });
  });

  it('a third person was tried whatever came of it, unless nothing left', () => {
    for (const state of [
      'sent',
      'delivered',
      'failed',
      'unanswered',
      'conversation',
      'visited',
      'assumed-placed',
    ] as const)
      expect(countState('thirdPartyContact', state)).toBe('counted');
    expect(countState('thirdPartyContact', 'never-left')).toBe('given-back');
    expect(countState('thirdPartyContact', 'granted')).toBe('reserved');
  });

  it('never loses a kind', () => {
    for (const state of states)
      for (const { raises } of Object.values(channelFacts)) {
        const { reserved, counted, givenBack } = countsIn(raises, state);
        expect([...reserved, ...counted, ...givenBack].sort()).toEqual([...raises].sort());
      }
  });
});
