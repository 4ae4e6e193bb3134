import { STAGES, STEP_OUTCOMES, type Decision } from '@arrears/treatment';
import type { Metrics } from '@arrears/observability';
import { rejectionReasons } from '../intake/checks.js';
import type { Gathered } from '../decisions/snapshot.store.js';

export interface CaseMetrics {
  /** Counts planned steps and how late they were decided. */
  decided(decision: Decision, gathered: Gathered, now: number): void;
  stepEnded(step: string, outcome: string): void;
  rejected(door: 'kafka' | 'file', reason: string): void;
  /** Seconds from the record (of Kafka, or the arrival of a file's row) to the start that Temporal accepted. */
  started(door: 'kafka' | 'file', seconds: number): void;
}

/** What gauges read when somebody asks; each follows an index over what is open only. */
export interface CaseCounts {
  openByStage(): Promise<{ stage: string; n: number }[]>;
  overdueBySteps(): Promise<{ step: string; n: number }[]>;
}

/** Steps are named by policies, which are known at start and by publishing only. */
const step = { upTo: 40 } as const;

export function caseMetrics(metrics: Metrics, { openByStage, overdueBySteps }: CaseCounts): CaseMetrics {
  metrics.gauge({
    name: 'cases_open',
    help: 'Open cases by stage',
    labels: { stage: STAGES },
    collect: async (gauge) => {
      const counts = await openByStage();
      for (const stage of STAGES) gauge.set({ stage }, counts.find((one) => one.stage === stage)?.n ?? 0);
    },
  });
  metrics.gauge({
    name: 'steps_overdue',
    help: 'Steps whose time, and reviews whose deadline, came more than 300 s ago without their case having decided since',
    labels: { step },
    collect: async (gauge) => {
      const counts = await overdueBySteps();
      gauge.reset();
      for (const { step: name, n } of counts) gauge.set({ step: name }, n);
    },
  });
  const steps = metrics.counter({
    name: 'case_steps_total',
    help: 'Steps planned, and steps ended by outcome',
    labels: { step, outcome: ['planned', 'other', ...STEP_OUTCOMES] },
  });
  const lateness = metrics.histogram({
    name: 'step_lateness_seconds',
    help: 'Business seconds between the moment at which a step was to be thought of and its decision',
    labels: { step },
    buckets: [1, 30, 60, 300, 900, 3600],
  });
  const rejected = metrics.counter({
    name: 'intake_rejected_total',
    help: 'Messages of the bank that could not be taken in',
    labels: { door: ['kafka', 'file'], reason: [...rejectionReasons, 'shape', 'other'] },
  });
  const duration = metrics.histogram({
    name: 'intake_duration_seconds',
    help: 'From the record in Kafka, or the row of a file, to the start of its workflow that Temporal accepted',
    labels: { door: ['kafka', 'file'] },
    buckets: [1, 5, 15, 60, 300, 1800, 7200],
  });
  type Outcome = 'planned' | 'other' | (typeof STEP_OUTCOMES)[number];
  type Reason = (typeof rejectionReasons)[number] | 'shape' | 'other';
  return {
    decided(decision, gathered, now) {
      const asked = gathered.wakeAt === null ? now : Date.parse(gathered.wakeAt);
      for (const effect of decision.effects) {
        steps.inc({ step: effect.step, outcome: 'planned' });
        lateness.observe({ step: effect.step }, Math.max(0, now - asked) / 1000);
      }
    },
    stepEnded: (name, outcome) =>
      steps.inc({
        step: name,
        outcome: (STEP_OUTCOMES as readonly string[]).includes(outcome) ? (outcome as Outcome) : 'other',
      }),
    rejected: (door, reason) =>
      rejected.inc({
        door,
        reason: (rejectionReasons as readonly string[]).includes(reason) ? (reason as Reason) : 'other',
      }),
    started: (door, seconds) => duration.observe({ door }, seconds),
  };
}

/** For tests and tools that measure nothing. */
export const noMetrics: CaseMetrics = {
  decided: () => undefined,
  stepEnded: () => undefined,
  rejected: () => undefined,
  started: () => undefined,
};
