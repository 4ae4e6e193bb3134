import type { CaseState, CollectionCaseInput, CommandAnswer, CommandUpdate } from '@arrears/contracts/activities';
import { collectionCase as names, type FactsSignal, type StepAnswer } from '@arrears/contracts/activities';
import { ApplicationFailure, defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

export const factsSignal = defineSignal<[FactsSignal]>(names.factsSignal);
export const commandUpdate = defineUpdate<CommandAnswer, [CommandUpdate]>(names.commandUpdate);
export const stateQuery = defineQuery<CaseView>(names.stateQuery);

/** Answer of the query `state`. `nextWake` is business time; null = nothing but a fact or a command wakes the case. */
export interface CaseView {
  decisionNo: number;
  stage: string;
  upTo: number;
  nextWake: string | null;
  waitingFor: 'decision' | 'steps' | 'wake-or-facts' | 'facts' | 'next-run' | 'nothing';
}

/** What one run hands to the next: `CaseState`, and what the last steps answered if no decision has taken it yet. */
export interface CarriedState extends CaseState {
  answers?: StepAnswer[];
}

export interface CaseInput extends CollectionCaseInput {
  state?: CarriedState;
}

export interface CaseOutcome {
  closed: string;
}

const commandNames: readonly string[] = [
  'hold',
  'lift',
  'recall',
  'answer-review',
  'wake',
] satisfies CommandUpdate['name'][];

/**
 * Shape only: whether a command is allowed was decided, and stored, before it came here. The answer never depends on
 * where the case stands, so that nobody is refused because a run is about to end.
 */
export function validateCommand(command: CommandUpdate): void {
  const { commandId, name, caseSeq } = (command ?? {}) as Partial<CommandUpdate>;
  if (typeof commandId !== 'string' || commandId.length === 0 || commandId.length > 200) throw malformed('commandId');
  if (typeof name !== 'string' || !commandNames.includes(name)) throw malformed('name');
  if (!Number.isSafeInteger(caseSeq) || (caseSeq as number) < 0) throw malformed('caseSeq');
}

function malformed(field: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`command: ${field} is missing or not of its type`, 'MalformedCommand');
}
