import type {
  CommandAnswer,
  CommandUpdate,
  DecideResult,
  FactsSignal,
  StepAnswer,
} from '@arrears/contracts/activities';
import type { CarriedState } from './messages.js';

/** A person sends a command again within minutes; two hundred reach back much further than that. */
const commandsKept = 200;

/**
 * What a case knows between two decisions: counters and ids, the rows in the database are the truth.
 * `version` rises with everything that could change the plan; whoever read it before a decision can tell afterwards
 * whether something came meanwhile.
 */
export interface Memory {
  version: number;
  decisionNo: number;
  stage: string;
  upTo: number;
  answers: StepAnswer[];
  takeFacts(facts: FactsSignal): void;
  takeCommand(command: CommandUpdate, now: number): CommandAnswer;
  takePlan(plan: DecideResult, answered: number): void;
  toCarry(): CarriedState;
}

export function openMemory(carried: CarriedState | undefined): Memory {
  const commands = new Map((carried?.commands ?? []).map((answer) => [answer.commandId, answer]));
  const memory: Memory = {
    version: 0,
    decisionNo: carried?.decisionNo ?? 0,
    stage: carried?.stage ?? '',
    upTo: carried?.upTo ?? 0,
    answers: [...(carried?.answers ?? [])],

    /** Late, repeated or malformed: nothing happens. A signal can't be refused, so it must never throw. */
    takeFacts(facts) {
      const upTo: unknown = (facts as FactsSignal | undefined)?.upTo;
      if (!Number.isSafeInteger(upTo) || (upTo as number) <= memory.upTo) return;
      memory.upTo = upTo as number;
      memory.version++;
    },

    /** `decisionNo` is the last decision begun before the command: any higher one takes it into account. */
    takeCommand({ commandId, caseSeq }, now) {
      const known = commands.get(commandId);
      if (known) return known;
      const answer: CommandAnswer = { commandId, takenAt: now, decisionNo: memory.decisionNo };
      commands.set(commandId, answer);
      if (commands.size > commandsKept) commands.delete(commands.keys().next().value as string);
      memory.upTo = Math.max(memory.upTo, caseSeq);
      memory.version++;
      return answer;
    },

    takePlan(plan, answered) {
      memory.stage = plan.stage;
      memory.upTo = Math.max(memory.upTo, plan.upTo);
      memory.answers.splice(0, answered);
    },

    toCarry: () => ({
      stateVersion: 1,
      decisionNo: memory.decisionNo,
      stage: memory.stage,
      upTo: memory.upTo,
      commands: [...commands.values()],
      ...(memory.answers.length > 0 && { answers: memory.answers }),
    }),
  };
  return memory;
}
