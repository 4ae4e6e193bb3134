import type { LoanOverdue } from '@arrears/contracts';
import { STEP_KINDS, STEP_OUTCOMES } from '@arrears/treatment';
import { contentHash } from '../canonical.js';
import type { LoanFact, PriorAction } from './loan-facts.js';

/** What an account keeps of it from its opening on. */
export interface PriorHistory {
  /** Id of the fact that holds the list: a hash of what the bank sent. */
  factId: string;
  actions: number;
  lastAt: string;
}

/** What came of a call, beside the outcomes of steps. */
const callResults = [
  ...['no-answer', 'busy', 'powered-off', 'rejected', 'empty-number', 'suspended', 'wrong-person'],
  ...['rpc-promise', 'rpc-paid-already', 'rpc-dispute', 'rpc-hardship', 'rpc-refuses', 'rpc-question'],
  ...['rpc-call-back-at', 'hung-up-before-identity', 'third-message', 'third-offers-to-pay', 'third-refuses'],
];
const words = (list: readonly string[]) => new Map(list.map((word) => [word.toLowerCase(), word]));
const kinds = words(STEP_KINDS);
const results = words([...STEP_OUTCOMES, ...callResults]);
/** Free text of a bank may name people: what is none of our words stays in the delivery, where it is encrypted. */
const ours = (known: ReadonlyMap<string, string>, text: string): string => known.get(text.toLowerCase()) ?? 'other';

/**
 * The history that comes with a loan, as a fact of that loan: evidence with its source. It is no step of ours, and nothing
 * counts it as a contact. The same list again has the same id.
 * @param source the door: `bank`, or who sent the file
 */
export function priorActionsOf(
  message: Pick<LoanOverdue, 'priorActions' | 'sequence' | 'asOf'>,
  source: string,
  knownAt: string,
): Extract<LoanFact, { kind: 'prior-actions' }> | null {
  const { priorActions = [], sequence, asOf } = message;
  if (priorActions.length === 0) return null;
  const actions = priorActions
    .map(({ kind, at, result }): PriorAction => ({
      kind: ours(kinds, kind),
      at: new Date(at).toISOString(),
      ...(result === undefined ? {} : { result: ours(results, result) }),
    }))
    .sort((one, other) => (one.at < other.at ? -1 : 1));
  const id = contentHash(priorActions).toString('hex');
  return { kind: 'prior-actions', id, sequence, valueDate: asOf, knownAt, applied: true, data: { source, actions } };
}

export function priorHistoryOf(fact: Extract<LoanFact, { kind: 'prior-actions' }>): PriorHistory {
  const { actions } = fact.data;
  return { factId: fact.id, actions: actions.length, lastAt: actions.at(-1)?.at ?? fact.knownAt };
}
