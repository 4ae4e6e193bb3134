import {
  compilePacks,
  defaultJurisdiction,
  inShadow,
  loadPack,
  packErrorText,
  type RulePack,
} from '@arrears/compliance';
import type { Database, Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { holidaysAround } from '../gate/holidays.js';
import type { RuleBook } from '../gate/packs.js';
import { emptyReport, shadowPeriod, tryOn, type PastAnswer, type ShadowReport } from './shadow.js';
import { pastDenials, pastPermits, type PastQuestion, type PastRow } from './shadow.store.js';

const batch = 500;
const most = 200_000;

/**
 * Asks a pack that is not in force about the contacts of a period. A pack of a known name is tried on the contacts that are
 * bound by it, a new one on all.
 * @throws ProblemError `invalid-input` with the line of each fault in the pack, or what is wrong with the period
 */
export async function shadow(
  db: Database,
  book: RuleBook,
  of: { yaml: string; now: string; from?: string | undefined; to?: string | undefined },
): Promise<ShadowReport & { pack: string; packVersion: string; from: string; to: string; complete: boolean }> {
  const period = shadowPeriod(of.now, of);
  if ('fault' in period)
    throw problem('invalid-input', 'There is no such period.', [{ path: 'to', message: period.fault }]);
  const candidate = readCandidate(of.yaml);
  // Asked as if it had been in force then: it comes into force later.
  const compiled = compilePacks([inShadow(candidate)]);
  const known = book.packs.some(({ pack }) => pack === candidate.pack);
  const question = {
    ...period,
    boundBy: known ? candidate.pack : null,
    reachMs: compiled.reachMs,
    limit: batch,
  };
  const report = emptyReport();
  const take = (kind: PastAnswer['kind']) => (row: PastRow) =>
    tryOn(report, { name: candidate.pack, compiled }, pastAnswer(kind, row));
  const permits = await eachOf(db, pastPermits, question, take('permit'));
  const denials = await eachOf(db, pastDenials, question, take('denial'));
  return {
    pack: candidate.pack,
    packVersion: candidate.packVersion,
    ...period,
    ...report,
    complete: permits && denials,
  };
}

function readCandidate(yaml: string): RulePack {
  const loaded = loadPack(yaml, 'candidate.yaml');
  if (loaded.ok) return loaded.pack;
  const errors = loaded.errors.map((error) => ({ path: `yaml:${error.line}`, message: packErrorText(error) }));
  throw problem('invalid-input', 'The pack is refused.', errors);
}

/** Page by page. @returns whether it came to the end */
async function eachOf(
  tx: Tx,
  read: (tx: Tx, question: PastQuestion) => Promise<PastRow[]>,
  question: Omit<PastQuestion, 'after'>,
  take: (row: PastRow) => void,
): Promise<boolean> {
  let after: PastQuestion['after'] = null;
  for (let seen = 0; seen < most; seen += batch) {
    const rows: PastRow[] = await read(tx, { ...question, after });
    rows.forEach(take);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return true;
    after = { at: last.at.toISOString(), id: last.id };
  }
  return false;
}

function pastAnswer(kind: PastAnswer['kind'], row: PastRow): PastAnswer {
  const { contactId, caseId, effectKey, basis, deniedBy, ids } = row;
  const at = row.at.toISOString();
  const { contact } = basis;
  const holidays = holidaysAround(at.slice(0, 10), contact.jurisdiction ?? defaultJurisdiction);
  const events = row.events.flatMap((event) =>
    event.kinds.map((one) => ({
      kind: one,
      at: new Date(event.at).toISOString(),
      person: ids.includes(event.personId) ? contact.person : event.personId,
      ...(event.number === null ? {} : { number: event.number }),
      ...(event.caseId === null ? {} : { caseId: event.caseId }),
      debts: event.debts,
    })),
  );
  const asked = { contact, facts: { ...basis.facts, holidays, events } };
  return { kind, contactId, caseId, effectKey, at, asked, events, deniedBy };
}
