/**
 * Work that is cheaper for several at once: while as many batches as may be are under way, whoever comes waits for the next.
 * Alone one waits for nobody; under load the batches form by themselves.
 */
export interface BatchOptions<Input> {
  /** Most inputs a batch. */
  most: number;
  /** Most batches under way. */
  atOnce: number;
  /** Inputs with a key in common never share a batch. */
  keys?(input: Input): readonly string[];
}

interface Waiting<Input, Output> {
  input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

/** @param work gives one output for each input, in their order. Where it fails for several, each is tried alone. */
export function batched<Input, Output>(
  work: (inputs: Input[]) => Promise<Output[]>,
  options: BatchOptions<Input>,
): (input: Input) => Promise<Output> {
  let waiting: Waiting<Input, Output>[] = [];
  let running = 0;

  const start = (): void => {
    while (running < options.atOnce && waiting.length > 0) {
      const { now, later } = nextBatch(waiting, options);
      waiting = later;
      running += 1;
      void run(now).finally(() => {
        running -= 1;
        start();
      });
    }
  };
  const run = async (batch: readonly Waiting<Input, Output>[]): Promise<void> => {
    try {
      const outputs = await work(batch.map(({ input }) => input));
      batch.forEach(({ resolve, reject }, index) => {
        const output = outputs[index];
        if (output === undefined) reject(new Error('a batch gives one output for each input'));
        else resolve(output);
      });
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else for (const one of batch) await run([one]);
    }
  };
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      // What is asked for in the same turn of the loop may share a batch.
      if (waiting.length === 1) queueMicrotask(start);
    });
}

function nextBatch<Input, Output>(
  waiting: readonly Waiting<Input, Output>[],
  { most, keys }: BatchOptions<Input>,
): { now: Waiting<Input, Output>[]; later: Waiting<Input, Output>[] } {
  const now: Waiting<Input, Output>[] = [];
  const later: Waiting<Input, Output>[] = [];
  const taken = new Set<string>();
  for (const one of waiting) {
    const own = keys?.(one.input) ?? [];
    if (now.length < most && !own.some((key) => taken.has(key))) now.push(one);
    else later.push(one);
    // Also of those that wait: nobody overtakes one with a key in common.
    for (const key of own) taken.add(key);
  }
  return { now, later };
}
