import type { PermitAnswer, PermitRequest } from '@arrears/contracts';
import type { Metrics } from '@arrears/observability';
import { ownRuleIds } from './own-rules.js';

const channels = ['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit'] as const;
const verdicts = ['granted', 'denied', 'facts-behind', 'stale', 'stopped'] as const;

export interface GateMetrics {
  /** Starts the clock of one request; the returned function observes its answer. */
  start(): (channel: PermitRequest['channel'], answer: PermitAnswer) => void;
}

export function gateMetrics(metrics: Metrics, ruleIds: readonly string[]): GateMetrics {
  const permits = metrics.counter({
    name: 'permits_total',
    help: 'Answers of the contact gate',
    labels: { channel: channels, verdict: verdicts },
  });
  const denied = metrics.counter({
    name: 'permit_denied_total',
    help: 'Denials by rule; one answer may name several',
    labels: { rule: [...ruleIds, ...ownRuleIds] },
  });
  const duration = metrics.histogram({
    name: 'permit_duration_seconds',
    help: 'Time from a permit request to its answer, waiting for the ledger included',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  });
  return {
    start() {
      const observe = duration.start();
      return (channel, answer) => {
        observe({});
        permits.inc({ channel, verdict: answer.verdict });
        if (answer.verdict === 'denied') for (const { rule } of answer.denials) denied.inc({ rule });
      };
    },
  };
}
