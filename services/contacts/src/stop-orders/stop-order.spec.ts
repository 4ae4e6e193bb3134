import { describe, expect, it } from '@jest/globals';
import {
  orderAfter,
  stoppedBy,
  type StopCommand,
  type StopOrder,
  type StopState,
  type Stoppable,
} from './stop-order.js';

const contact: Stoppable = {
  agreementId: 'AGR-1',
  channel: 'sms',
  templateId: 'reminder-1',
  region: 'B001',
  policies: ['consumer', 'card'],
};
const order = (scope: StopOrder['scope'], value: string | null, stopOrderId = 's'): StopOrder => ({
  stopOrderId,
  scope,
  value,
});

describe('a stop order', () => {
  it.each<[StopOrder['scope'], string | null, string]>([
    ['client', 'AGR-1', 'AGR-2'],
    ['policy', 'card', 'mortgage'],
    ['channel', 'sms', 'email'],
    ['region', 'B001', 'B002'],
    ['template', 'reminder-1', 'reminder-2'],
  ])('of %s stops %s and not %s', (scope, value, other) => {
    expect(stoppedBy([order(scope, value)], contact)).toEqual(order(scope, value));
    expect(stoppedBy([order(scope, other)], contact)).toBeNull();
    expect(stoppedBy([order(scope, null)], { ...contact, region: null, templateId: null })).toBeNull();
  });

  it('of all stops all', () => {
    expect(stoppedBy([order('all', null)], contact)).toEqual(order('all', null));
  });

  it('is none where none is in force', () => {
    expect(stoppedBy([], contact)).toBeNull();
  });

  it('of a region or template does not stop what has none', () => {
    expect(stoppedBy([order('region', 'B001')], { ...contact, region: null })).toBeNull();
    expect(stoppedBy([order('template', 'reminder-1')], { ...contact, templateId: null })).toBeNull();
  });

  it('among several is the widest, then the oldest', () => {
    const all = [
      order('template', 'reminder-1', 't'),
      order('channel', 'sms', 'b'),
      order('channel', 'sms', 'a'),
      order('client', 'AGR-2', 'x'),
    ];
    expect(stoppedBy(all, contact)?.stopOrderId).toBe('a');
    expect(stoppedBy([...all, order('all', null, 'z')], contact)?.stopOrderId).toBe('z');
    const three = ['b', 'a', 'c'].map((id) => order('channel', 'sms', id));
    for (const turned of [three, [...three].reverse(), [...three.slice(1), ...three.slice(0, 1)]])
      expect(stoppedBy(turned, contact)?.stopOrderId).toBe('a');
  });
});

describe('the life of a stop order', () => {
  const commands: StopCommand[] = ['approve', 'refuse', 'ask-to-lift', 'approve-lift', 'refuse-lift'];
  const after = (state: StopState, liftRequestedBy: string | null, actor: string) =>
    commands.map((command) => {
      const answer = orderAfter({ state, requestedBy: 'anna', liftRequestedBy }, command, actor);
      return 'change' in answer ? answer.change : answer.refused;
    });

  it.each<[StopState, string | null, string, string[]]>([
    ['requested', null, 'bert', ['in-force', 'refused', 'conflict', 'conflict', 'conflict']],
    ['requested', null, 'anna', ['not-allowed', 'not-allowed', 'conflict', 'conflict', 'conflict']],
    ['in-force', null, 'anna', ['conflict', 'conflict', 'lift-requested', 'conflict', 'conflict']],
    ['in-force', 'bert', 'bert', ['conflict', 'conflict', 'conflict', 'not-allowed', 'not-allowed']],
    ['in-force', 'bert', 'carl', ['conflict', 'conflict', 'conflict', 'lifted', 'lift-refused']],
    ['lifted', 'bert', 'carl', ['conflict', 'conflict', 'conflict', 'conflict', 'conflict']],
    ['refused', null, 'carl', ['conflict', 'conflict', 'conflict', 'conflict', 'conflict']],
  ])('%s, its lift asked by %s: %s may %j', (state, liftRequestedBy, actor, answers) => {
    expect(after(state, liftRequestedBy, actor)).toEqual(answers);
  });
});
