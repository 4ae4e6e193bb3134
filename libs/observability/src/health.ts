/** Answers true, or nothing, when well; false or a rejection when not. */
export type HealthCheck = () => boolean | void | Promise<boolean | void>;

export interface HealthAnswer {
  status: 'ok' | 'failing';
  /** Names only: what failed is in the log, without values. */
  failing: string[];
  checks: { name: string; status: 'ok' | 'failing' }[];
}

export interface Health {
  /** Something outside that people want to know of. Never part of liveness or readiness: its outage is not ours. */
  dependency(name: string, check: HealthCheck): void;
  /** Must hold before traffic may come: schema reached, bundle loaded, poller registered. */
  readiness(name: string, check: HealthCheck): void;
  /** If this fails only a new process helps: the consumer crashed, the worker's run promise ended. */
  liveness(name: string, check: HealthCheck): void;
  /** From now on not ready, for good: the process is stopping. */
  drain(): void;
  draining(): boolean;
  live(): Promise<HealthAnswer>;
  ready(): Promise<HealthAnswer>;
  /** @param only names of those to ask; default all */
  dependencies(only?: readonly string[]): Promise<HealthAnswer>;
}

/** @param options.timeoutMs after which a check counts as failed; default 2,000 */
export function createHealth(options: { timeoutMs?: number } = {}): Health {
  const timeoutMs = options.timeoutMs ?? 2000;
  const checks = {
    dependency: new Map<string, HealthCheck>(),
    readiness: new Map<string, HealthCheck>(),
    liveness: new Map<string, HealthCheck>(),
  };
  let draining = false;
  const ask = async (list: Map<string, HealthCheck>): Promise<HealthAnswer> => {
    const answers = await Promise.all(
      [...list].map(async ([name, check]) => ({ name, status: await run(check, timeoutMs) })),
    );
    return summary(answers);
  };
  return {
    dependency: (name, check) => void checks.dependency.set(name, check),
    readiness: (name, check) => void checks.readiness.set(name, check),
    liveness: (name, check) => void checks.liveness.set(name, check),
    drain: () => {
      draining = true;
    },
    draining: () => draining,
    live: () => ask(checks.liveness),
    ready: async () => (draining ? summary([{ name: 'draining', status: 'failing' }]) : ask(checks.readiness)),
    dependencies: (only) =>
      ask(
        only === undefined
          ? checks.dependency
          : new Map([...checks.dependency].filter(([name]) => only.includes(name))),
      ),
  };
}

function summary(checks: HealthAnswer['checks']): HealthAnswer {
  const failing = checks.filter((check) => check.status === 'failing').map((check) => check.name);
  return { status: failing.length === 0 ? 'ok' : 'failing', failing, checks };
}

async function run(check: HealthCheck, timeoutMs: number): Promise<'ok' | 'failing'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    const well = await Promise.race([Promise.resolve().then(check), late]);
    return well === false ? 'failing' : 'ok';
  } catch {
    return 'failing';
  } finally {
    clearTimeout(timer);
  }
}
