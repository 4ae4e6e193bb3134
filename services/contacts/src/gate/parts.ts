import type { JournalHead } from '@arrears/audit';
import type { Clock } from '@arrears/clock';
import type { Database, PersonKeys } from '@arrears/persistence';
import { recentPermits, type RecentPermits } from '../settle/recent.js';
import { saveMoves, type Move } from '../settle/settle.store.js';
import { batched } from './batch.js';
import { readManyFacts, type FactsQuestion, type FactsRow } from './facts.store.js';
import type { GateMetrics } from './gate.metrics.js';
import type { RuleBook } from './packs.js';
import { insertPermits, type PermitWrite } from './permit.store.js';

/** What the gate works with. Its three statements are shared by requests that come at the same time. */
export interface GateParts {
  db: Database;
  clock: Clock;
  personKeys: PersonKeys;
  rules: RuleBook;
  metrics: GateMetrics;
  recent: RecentPermits;
  readFacts(question: FactsQuestion): Promise<FactsRow>;
  insertPermit(write: PermitWrite): Promise<JournalHead | null>;
  saveMove(move: Move): Promise<JournalHead | null>;
}

/** Few enough that a batch is over in milliseconds, and that its locks keep nobody waiting. */
const most = 16;
/** One at work on the server while the next is read or written here. */
const atOnce = 2;

export function gateParts(of: Pick<GateParts, 'db' | 'clock' | 'personKeys' | 'rules' | 'metrics'>): GateParts {
  const { db } = of;
  return {
    ...of,
    recent: recentPermits(),
    readFacts: batched((questions) => readManyFacts(db, questions), { most, atOnce }),
    insertPermit: nullable((writes: PermitWrite[]) => insertPermits(db, writes), {
      ...{ most, atOnce },
      keys: ({ permit, seen }) => [permit.request.caseId, ...seen.ledgers.map(({ personId }) => personId)],
    }),
    saveMove: nullable((moves: Move[]) => saveMoves(db, moves), {
      ...{ most, atOnce },
      keys: ({ record }) => [record.caseId],
    }),
  };
}

/** For work whose answer may be null, which is an answer as well. */
function nullable<Input, Output>(
  work: (inputs: Input[]) => Promise<(Output | null)[]>,
  options: Parameters<typeof batched<Input, Output>>[1],
): (input: Input) => Promise<Output | null> {
  const ask = batched(async (inputs: Input[]) => (await work(inputs)).map((answer) => ({ answer })), options);
  return async (input) => (await ask(input)).answer;
}
