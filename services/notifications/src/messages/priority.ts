import type { Purpose } from '@arrears/contracts';

/** 0 leaves before 1, 1 before 2, whatever waits and however long. */
export type Priority = 0 | 1 | 2;

/** Who paid, asked or complained is answered first; notices with a term come next; reminders can wait. */
export function priorityOf(purpose: Purpose): Priority {
  switch (purpose) {
    case 'confirm-payment':
    case 'serve':
    case 'complaint-reply':
      return 0;
    case 'plan-admin':
    case 'legal-notice':
    case 'statutory-notice':
      return 1;
    case 'collect':
    case 'remind-due':
    case 'locate':
      return 2;
  }
}
