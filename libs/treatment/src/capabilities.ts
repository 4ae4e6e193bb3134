import type { StepKind } from './shapes/base.js';

/** What this build can do for a policy: kinds of step that somebody performs, and the templates that ship. */
export const capabilities = {
  performable: ['sms', 'email', 'letter', 'voiceBot', 'review', 'wait'],
  templates: [
    'reminder-1',
    'reminder-2',
    'final-reminder',
    'thank-you',
    'correction',
    'reminder-email',
    'dunning-letter',
    'final-demand-letter',
    'instalment-reminder',
  ],
} as const satisfies { performable: readonly StepKind[]; templates: readonly string[] };
