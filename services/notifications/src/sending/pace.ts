import type { Database } from '@arrears/persistence';

/** Pace of one provider. `take` waits for its turn in the order of calls; the permit is asked only after it. */
export interface Pace {
  take(): Promise<void>;
}

export interface PaceOptions {
  provider: string;
  perSecond: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** A slot that was not used in time is given up: using it later would make two leave at once. */
const staleMs = 500;

/**
 * Slots at an even distance, shared by all processes through one row of the database: however many senders there are, a
 * provider gets no more than was agreed. Slots are taken for a tenth of a second at a time.
 */
export function sharedPace(db: Database, { provider, perSecond, now, sleep }: PaceOptions): Pace {
  const slots: number[] = [];
  let turn: Promise<void> = Promise.resolve();
  async function wait(): Promise<void> {
    while (slots[0] !== undefined && slots[0] < now() - staleMs) slots.shift();
    if (slots.length === 0) {
      const count = Math.max(1, Math.floor(perSecond / 10));
      const inMs = await reserve(db, provider, count / perSecond);
      const first = now() + inMs;
      for (let slot = 0; slot < count; slot += 1) slots.push(first + (slot * 1_000) / perSecond);
    }
    const waitMs = Math.ceil((slots.shift() ?? 0) - now());
    if (waitMs > 0) await sleep(waitMs);
  }
  return {
    take: () => {
      const mine = turn.then(wait);
      // One that failed must not fail those behind it.
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Moves the provider's next free moment on by so many seconds; returns in how many ms the reserved time begins. */
async function reserve(db: Database, provider: string, seconds: number): Promise<number> {
  const [row] = await db.query<{ inMs: number }>(
    `INSERT INTO provider_pace AS pace (provider, next_real)
     VALUES ($1, clock_timestamp() + $2::float8 * interval '1 second')
     ON CONFLICT (provider) DO UPDATE
       SET next_real = greatest(pace.next_real, clock_timestamp()) + $2::float8 * interval '1 second'
     RETURNING (extract(epoch FROM pace.next_real - clock_timestamp()) - $2::float8)::float8 * 1000 AS "inMs"`,
    [provider, seconds],
  );
  return Math.max(0, row?.inMs ?? 0);
}
