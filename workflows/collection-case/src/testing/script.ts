import type { CommandUpdate } from '@arrears/contracts/activities';

/** What happens to one case, in days after its start: the planner's side (steps, stages) and the world's side. */
export interface CaseScript {
  name: string;
  /** Days on which a step becomes due; each goes out by itself. */
  steps: { day: number; step: string }[];
  /** From that day on the case is in that stage. */
  stages: { day: number; stage: string }[];
  payments: { day: number; cures?: boolean }[];
  commands: { day: number; name: CommandUpdate['name']; holdDays?: number }[];
  /** The case is closed then whatever happened. */
  endsOn: number;
  /** Sent after the case was cured. */
  thanks: boolean;
}

/** The yardstick for history size: 120 days, 12 steps, 3 payments, 4 commands with a hold of two days, 6 stages. */
export const standardScript: CaseScript = {
  name: '120 days',
  steps: [0, 2, 5, 9, 14, 21, 30, 41, 55, 70, 88, 105].map((day, index) => ({ day, step: `sms-${index + 1}` })),
  stages: [
    { day: 0, stage: 'reminder' },
    { day: 5, stage: 'early' },
    { day: 21, stage: 'firm' },
    { day: 41, stage: 'intensive' },
    { day: 70, stage: 'late' },
    { day: 105, stage: 'pre-legal' },
  ],
  payments: [{ day: 11 }, { day: 34 }, { day: 60 }],
  commands: [
    { day: 25, name: 'hold', holdDays: 2 },
    { day: 46, name: 'answer-review' },
    { day: 75, name: 'wake' },
    { day: 95, name: 'lift' },
  ],
  endsOn: 120,
  thanks: false,
};

/** Two messages, a payment on the third day, a thank-you. */
export const curedOnDay3: CaseScript = {
  name: 'cured on day 3',
  steps: [
    { day: 0, step: 'sms-1' },
    { day: 2, step: 'sms-2' },
  ],
  stages: [{ day: 0, stage: 'reminder' }],
  payments: [{ day: 3, cures: true }],
  commands: [],
  endsOn: 120,
  thanks: true,
};

export type Happening =
  | { day: number; do: 'payment'; cures: boolean }
  | { day: number; do: 'command'; name: CommandUpdate['name']; holdDays: number };

/** What the world does, in order; half a day late, so that it never falls together with a step. */
export function happenings(script: CaseScript): Happening[] {
  const payments = script.payments.map(({ day, cures = false }) => ({ day: day + 0.5, do: 'payment' as const, cures }));
  const commands = script.commands.map(({ day, name, holdDays = 0 }) => ({
    day: day + 0.5,
    do: 'command' as const,
    name,
    holdDays,
  }));
  return [...payments, ...commands].sort((a, b) => a.day - b.day);
}
