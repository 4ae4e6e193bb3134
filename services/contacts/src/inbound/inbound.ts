import type { EventKind } from '@arrears/compliance';

/** How somebody got in touch with us, and what came of it. Pure. */
export const inboundChannels = ['call', 'sms', 'email', 'letter', 'visit'] as const;
export type InboundChannel = (typeof inboundChannels)[number];

/** `missed`: he called and nobody took it. `message`: he wrote. `conversation`: we talked. */
export const inboundOutcomes = ['missed', 'message', 'conversation'] as const;
export type InboundOutcome = (typeof inboundOutcomes)[number];

/** What counts. No outbound limit is touched by his own call, but a law may ask for quiet after a conversation. */
export function inboundRaises(channel: InboundChannel, outcome: InboundOutcome): EventKind[] {
  if (channel !== 'call') return outcome === 'conversation' ? ['conversation'] : [];
  return outcome === 'conversation' ? ['inboundCall', 'conversation'] : ['inboundCall'];
}

export function inboundFits(channel: InboundChannel, outcome: InboundOutcome): boolean {
  if (channel === 'call') return outcome !== 'message';
  if (channel === 'visit') return outcome === 'conversation';
  return outcome === 'message';
}
