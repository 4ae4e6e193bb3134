import { STAGES, STEP_OUTCOMES, type Decision } from '@arrears/treatment';
import type { Metrics } from '@arrears/observability';
import { rejectionReasons } from '../intake/checks.js';
import type { Gathered } from '../decisions/snapshot.store.js';

export interface CaseMetrics {
  /** Counts planned steps and how late they were decided. */
  decided(decision: Decision, gathered: Gathered, now: number): void;
  stepEnded(outcome: string): void;
  rejected(door: 'kafka' | 'file', reason: string): void;
  /** Seconds from the moment a record reached us to the commit that starts its workflow. */
  takenIn(seconds: number): void;
}

export function caseMetrics(metrics: Metrics, openByStage: () => Promise<{ stage: string; n: number }[]>): CaseMetrics {
  metrics.gauge({
    name: 'cases_open',
    help: 'Open cases by stage',
    labels: { stage: STAGES },
    collect: async (gauge) => {
      const counts = await openByStage();
      for (const stage of STAGES) gauge.set({ stage }, counts.find((one) => one.stage === stage)?.n ?? 0);
    },
  });
  const steps = metrics.counter({
    name: 'case_steps_total',
    help: 'Steps planned, and steps ended by outcome',
    labels: { outcome: ['planned', 'other', ...STEP_OUTCOMES] },
  });
  const lateness = metrics.histogram({
    name: 'step_lateness_seconds',
    help: 'Business seconds between the moment at which a step was to be thought of and its decision',
    buckets: [1, 30, 60, 300, 900, 3600],
  });
  const rejected = metrics.counter({
    name: 'intake_rejected_total',
    help: 'Messages of the bank that could not be taken in',
    labels: { door: ['kafka', 'file'], reason: [...rejectionReasons, 'shape', 'other'] },
  });
  const duration = metrics.histogram({
    name: 'intake_duration_seconds',
    help: 'From the record to the commit that starts its workflow',
    buckets: [1, 5, 15, 60, 300, 1800, 7200],
  });
  type Outcome = 'planned' | 'other' | (typeof STEP_OUTCOMES)[number];
  type Reason = (typeof rejectionReasons)[number] | 'shape' | 'other';
  return {
    decided(decision, gathered, now) {
      steps.inc({ outcome: 'planned' }, decision.effects.length);
      const asked = gathered.wakeAt === null ? now : Date.parse(gathered.wakeAt);
      for (const _effect of decision.effects) lateness.observe({}, Math.max(0, now - asked) / 1000);
    },
    stepEnded: (outcome) =>
      steps.inc({ outcome: (STEP_OUTCOMES as readonly string[]).includes(outcome) ? (outcome as Outcome) : 'other' }),
    rejected: (door, reason) =>
      rejected.inc({
        door,
        reason: (rejectionReasons as readonly string[]).includes(reason) ? (reason as Reason) : 'other',
      }),
    takenIn: (seconds) => duration.observe({}, seconds),
  };
}

/** For tests and tools that measure nothing. */
export const noMetrics: CaseMetrics = {
  decided: () => undefined,
  stepEnded: () => undefined,
  rejected: () => undefined,
  takenIn: () => undefined,
};
