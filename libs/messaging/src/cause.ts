import { AsyncLocalStorage } from 'node:async_hooks';

/** The event in whose handling something is written: what starts a workflow carries it, so that the way can be timed. */
export interface Cause {
  source: string;
  /** Real time in epoch ms: of its record in Kafka, of its arrival by other doors. */
  recordedAt: number;
}

const active = new AsyncLocalStorage<Cause>();

export const withCause = <T>(cause: Cause, work: () => Promise<T>): Promise<T> => active.run(cause, work);
export const currentCause = (): Cause | undefined => active.getStore();
