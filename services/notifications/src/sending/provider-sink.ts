import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderPort, ProviderSink } from '../providers/ports.js';
import { takeInbound, type InboundParts } from '../inbound/inbound.service.js';
import type { Door } from '../receipts/door.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import type { SenderParts } from './parts.js';

/** A receipt may be here before we wrote down the id that the provider gave: real ms between looks. */
const lookAgainMs = [100, 400, 1_500, 3_000];

/** Takes what comes over a provider's own line, as our signed addresses take it from others. */
export function providerSink(
  parts: InboundParts & Pick<SenderParts, 'violated'> & { door: Door },
  port: ProviderPort,
): ProviderSink {
  const { id: provider, channel } = port;
  return {
    receipt: async (receipt) => {
      let answer = await takeReceipt(parts, provider, receipt);
      for (const ms of receipt.clientReference === undefined ? lookAgainMs : []) {
        if (answer !== 'unknown-message') break;
        await sleep(ms);
        answer = await takeReceipt(parts, provider, receipt);
      }
      if (answer === 'unknown-message') parts.door.refused({ what: 'receipt', provider, outcome: 'not-found' });
      else if (answer === 'from-the-future')
        parts.door.refused({ what: 'receipt', provider, outcome: 'invalid-input' });
      else parts.door.note({ what: 'receipt', provider, outcome: answer });
      return answer === 'from-the-future' ? 'refused' : answer;
    },
    inbound: async (message) => {
      const answer = await takeInbound(parts, { id: provider, channel }, message);
      // A person's words are never thrown away for a clock that is wrong: it came now.
      if (answer === 'from-the-future')
        await takeInbound(parts, { id: provider, channel }, { ...message, at: parts.clock.nowIso() });
      const outcome = answer === 'known-already' ? answer : 'taken';
      parts.door.note({ what: 'inbound', provider, outcome });
      return outcome;
    },
  };
}
