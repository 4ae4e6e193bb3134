import type { DecideResult, PerformStep } from '@arrears/contracts/activities';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { openMemory, type Memory } from './memory.js';
import {
  commandUpdate,
  factsSignal,
  stateQuery,
  validateCommand,
  type CaseInput,
  type CaseOutcome,
  type CaseView,
} from './messages.js';
import { openNextWake } from './next-wake.js';
import { cleanUp } from './profiles.js';
import { decide, perform } from './steps.js';
import { codeVersionNow, openVisibility, summaryOf } from './visibility.js';

/** Fewer events were no work worth a new run, and the server makes runs wait that follow each other too fast. */
const leastEventsOfARun = 200;
/** A decision that turned out to be behind is taken anew at once; if that doesn't help, somebody needs a moment. */
const anewInARow = 3;
const patienceMs = 60_000;

/**
 * The life of one case: decide what is to be done now, do it, wait for the next due time or for something new.
 * Ends when a decision closes the case, and says why; a cancelled one calls back what is waiting to be sent.
 */
export async function collectionCase(input: CaseInput): Promise<CaseOutcome> {
  const memory = openMemory(input.state);
  const view: Pick<CaseView, 'nextWake' | 'waitingFor'> = { nextWake: null, waitingFor: 'decision' };
  setHandler(factsSignal, (facts) => memory.takeFacts(facts));
  setHandler(commandUpdate, (command) => memory.takeCommand(command, Date.now()), { validator: validateCommand });
  setHandler(stateQuery, () => ({ decisionNo: memory.decisionNo, stage: memory.stage, upTo: memory.upTo, ...view }));
  try {
    return await live(input, memory, view);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return await CancellationScope.nonCancellable(() => callBack(input, memory));
  } finally {
    view.waitingFor = 'nothing';
  }
}

async function live(
  input: CaseInput,
  memory: Memory,
  view: Pick<CaseView, 'nextWake' | 'waitingFor'>,
): Promise<CaseOutcome> {
  const bornOn = codeVersionNow();
  const wake = openNextWake();
  const visibility = openVisibility();
  let behind = 0;
  for (;;) {
    const at = memory.version; // Read before deciding: whatever comes from here on asks for another decision.
    const changed = () => memory.version !== at;

    view.waitingFor = 'decision';
    const plan = await nextDecision(input, memory);
    visibility.show(plan);
    // After a crash the answer may be the one stored before it, and miss a fact that this run already knows of.
    const missed = plan.upTo < memory.upTo;

    view.waitingFor = 'steps';
    const stale = await performAll(plan.perform, memory);
    if (plan.closed && !changed()) return { closed: plan.closed.reason };

    // Also when something came meanwhile: under a steady stream of facts no later moment is a better one, and the next
    // run begins with a decision anyway.
    if (isTimeToMove(bornOn)) {
      view.waitingFor = 'next-run';
      await handlersSettled();
      return await continueAsNew<typeof collectionCase>({ ...input, state: memory.toCarry() });
    }

    if (changed()) continue;
    behind = missed || stale ? behind + 1 : 0;
    if (behind > 0 && behind <= anewInARow) continue;

    const until = behind > 0 ? Math.min(plan.sleepUntil ?? Infinity, Date.now() + patienceMs) : plan.sleepUntil;
    wake.arm(until, summaryOf(`${plan.wakeAt ?? 'retry'} ${plan.why[0] ?? ''}`));
    Object.assign(view, { nextWake: plan.wakeAt, waitingFor: until === null ? 'facts' : 'wake-or-facts' });
    await condition(() => changed() || wake.due());
  }
}

/** The number is raised first: the same number again, after a crash, gets the answer that was stored for it. */
async function nextDecision({ caseId }: CaseInput, memory: Memory): Promise<DecideResult> {
  const answers = [...memory.answers];
  memory.decisionNo++;
  const plan = await decide({ caseId, decisionNo: memory.decisionNo, now: Date.now(), answers });
  memory.takePlan(plan, answers.length);
  return plan;
}

/** True if a step was refused because the case has moved on since the decision. */
async function performAll(steps: PerformStep[], memory: Memory, limits?: typeof cleanUp): Promise<boolean> {
  let stale = false;
  for (const step of steps) {
    const answer = await perform(step, limits);
    if (answer) memory.answers.push(answer);
    stale ||= answer?.answer === 'stale';
  }
  return stale;
}

function isTimeToMove(bornOn: string | undefined): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > leastEventsOfARun && (continueAsNewSuggested || codeVersionNow() !== bornOn);
}

/** One more task after the handlers have ended: commands under way gather in it and none stays without its answer. */
async function handlersSettled(): Promise<void> {
  await condition(allHandlersFinished);
  await sleep(1, { summary: 'last commands of this run' });
  await condition(allHandlersFinished);
}

async function callBack(input: CaseInput, memory: Memory): Promise<CaseOutcome> {
  const plan = await nextDecision(input, memory);
  const cancels = plan.perform.filter((step) => step.do === 'cancel-message');
  await performAll(cancels, memory, cleanUp);
  return { closed: plan.closed ? 'recalled' : 'cancelled' };
}
