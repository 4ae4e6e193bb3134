import { describe, expect, it } from '@jest/globals';
import { inboundChannels, inboundFits, inboundOutcomes, inboundRaises } from './inbound.js';

describe('an inbound contact', () => {
  it('raises what it was, and nothing that is outbound', () => {
    expect(inboundRaises('call', 'conversation')).toEqual(['inboundCall', 'conversation']);
    expect(inboundRaises('call', 'missed')).toEqual(['inboundCall']);
    expect(inboundRaises('visit', 'conversation')).toEqual(['conversation']);
    for (const channel of ['sms', 'email', 'letter'] as const) expect(inboundRaises(channel, 'message')).toEqual([]);
  });

  it('ends as its channel can', () => {
    const fits = inboundChannels.flatMap((channel) =>
      inboundOutcomes.filter((outcome) => inboundFits(channel, outcome)).map((outcome) => `${channel} ${outcome}`),
    );
    expect(fits).toEqual([
      'call missed',
      'call conversation',
      'sms message',
      'email message',
      'letter message',
      'visit conversation',
    ]);
  });
});
