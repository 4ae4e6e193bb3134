import { createHash } from 'node:crypto';
import { genesisHash, lockJournalHead, type JournalHead } from '@arrears/audit';
import { toLocal } from '@arrears/calendar';
import { versionsOn, type CompiledPacks } from '@arrears/compliance';
import type { Clock } from '@arrears/clock';
import type { CaseFacts, PermitAnswer, PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { moveLocked } from '../settle/settle.service.js';
import { isGivenBack } from '../settle/settle.js';
import { lockPermit } from '../settle/settle.store.js';
import { namedRules, unseal, type Addressee } from './addressee.js';
import { channelFacts } from './channels.js';
import { recordDenial } from './denial.js';
import type { GateFacts } from './facts.js';
import { readFacts, type FactsRow } from './facts.store.js';
import { decide, type Asked, type GateDecision } from './gate.js';
import { asksThirdParty, debtorReach, gateFacts, questionOf } from './gather.js';
import { grantedPermit } from './grant.js';
import { lockLedgers, lockNumbers } from './ledgers.store.js';
import { UnknownPack, type BoundRules, type NamedRules, type RuleBook } from './packs.js';
import type { GateParts } from './parts.js';
import { beginJournal, insertPermits, type Basis, type PermitRow } from './permit.store.js';

/**
 * The gate: may this contact be made with this person now? What is counted cannot change between counting and reserving: a
 * permit is written only while the ledgers of debtor and person stand as they were read, row by row in one statement. Where
 * somebody else was quicker, and where more than those two rows must stand still, the answer is given under their lock.
 * @throws ProblemError `permit-used` when the contact already used a permit, or asks with another content
 */
export async function requestPermit(parts: GateParts, request: PermitRequest): Promise<PermitAnswer> {
  const observe = parts.metrics.start();
  const answer =
    (await answerAtOnce(parts, request)) ?? (await parts.db.transaction((tx) => answerUnderLock(tx, parts, request)));
  observe(request.channel, answer);
  return answer;
}

/** One read and one write. Null: it must be asked again, under the lock. */
async function answerAtOnce(parts: GateParts, request: PermitRequest): Promise<PermitAnswer | null> {
  const at = parts.clock.nowIso();
  const row = await parts.readFacts(questionOf(request, { book: parts.rules, at }));
  const rules = boundRules(parts.rules, row);
  const earlier = isInHand(row.earlier, request, parts.clock.realNow()) ? row.earlier : null;
  if (rules instanceof UnknownPack) return earlier === null ? { verdict: 'facts-behind', detail: rules.message } : null;
  const addressee = await unseal(parts.personKeys, request, row);
  if (mustBeLocked(request, row, rules.packs)) return null;

  const facts = withReadable(gateFacts(parts.clock, request, row, { rules, at, debtor: null }), addressee);
  const decision = decide(request, facts, rules.packs);
  if (earlier !== null) {
    const fits = decision.verdict === 'granted' && stillFits(earlier, decision, parts.clock.realNow());
    if (!fits) return null;
    return grantedAnswer(earlier, addressee, { facts, decision, basis: basisOf(request, facts, rules, decision) });
  }
  if (decision.verdict !== 'denied' && decision.verdict !== 'granted') return decision;
  const basis = basisOf(request, facts, rules, decision);
  if (decision.verdict === 'denied') {
    await parts.db.transaction((tx) => recordDenial(tx, parts.clock, request, decision, basis));
    return deniedAnswer(decision);
  }
  const { permit, record } = grantedPermit(parts.clock, request, facts, decision, basis);
  if (row.head === null) return null;
  const seen = { ledgers: row.ledgers, stops: row.stops, caseSeq: facts.case?.caseSeq ?? 0, head: row.head };
  const after = await parts.insertPermit({ permit, record, seen });
  if (after === null) return null;
  parts.recent.keep({ ...permit.row, kinds: [...permit.reserves], head: after });
  return grantedAnswer(permit.row, addressee, { facts, decision, basis });
}

/**
 * Whether more must stand still than the ledgers that were read: counters by number, which others may have too; the reach
 * of a debtor; other ids of the same human; a person or a case that nobody wrote anything of yet.
 */
function mustBeLocked(request: PermitRequest, row: FactsRow, packs: CompiledPacks): boolean {
  const known = (id: string) => row.ledgers.some(({ personId }) => personId === id);
  return (
    countsByNumber(packs, request) ||
    asksThirdParty(request, row) ||
    row.head === null ||
    row.ledgers.some(({ groupId }) => groupId !== null) ||
    !known(request.debtorId) ||
    !known(request.personId)
  );
}

async function answerUnderLock(tx: Tx, parts: GateParts, request: PermitRequest): Promise<PermitAnswer> {
  const { clock } = parts;
  const ledgers = await lockLedgers(tx, [request.debtorId, request.personId]);
  const at = clock.nowIso();
  const ids = ledgers.rows.map(({ personId }) => personId);
  const question = questionOf(request, { book: parts.rules, at, ids });
  let row = await readFacts(tx, question, 'read');
  const rules = boundRules(parts.rules, row);
  if (rules instanceof UnknownPack) {
    if (isInHand(row.earlier, request, clock.realNow())) await giveBack(tx, clock, request, row.earlier);
    return { verdict: 'facts-behind', detail: rules.message };
  }
  if (countsByNumber(rules.packs, request)) {
    const asked = row.points.filter(({ contactPointId }) => request.contactPointIds.includes(contactPointId));
    await lockNumbers(
      tx,
      asked.map(({ number }) => number),
    );
  }
  // The head last, as everywhere; with it everything is read again, since we may have waited for a number.
  row = await readFacts(tx, question, 'lock');
  const addressee = await unseal(parts.personKeys, request, row);
  const realNow = clock.realNow();
  const earlier = isInHand(row.earlier, request, realNow) ? row.earlier : null;

  const debtor = asksThirdParty(request, row) ? await debtorReach(tx, request, row, { rules, at }) : null;
  const facts = withReadable(gateFacts(clock, request, row, { rules, at, debtor }), addressee);
  const decision = decide(request, facts, rules.packs);
  // What was granted a moment ago may be forbidden now: then it is not handed out again, and reserves nothing any more.
  if (decision.verdict !== 'granted') await giveBack(tx, clock, request, earlier);
  if (decision.verdict !== 'denied' && decision.verdict !== 'granted') return decision;
  const basis = basisOf(request, facts, rules, decision);
  if (decision.verdict === 'denied') {
    await recordDenial(tx, clock, request, decision, basis);
    return deniedAnswer(decision);
  }
  const judged = { facts, decision, basis };
  if (earlier !== null && stillFits(earlier, decision, realNow)) return grantedAnswer(earlier, addressee, judged);
  const head = (await giveBack(tx, clock, request, earlier)) ?? (await headOf(tx, request, row));
  const { permit, record } = grantedPermit(clock, request, facts, decision, basis);
  const seen = { ledgers: row.ledgers, stops: row.stops, caseSeq: facts.case?.caseSeq ?? 0, head };
  const [written = null] = await insertPermits(tx, [{ permit, record, seen }]);
  if (written === null)
    return { verdict: 'facts-behind', detail: 'a stop order or a fact of the case came in between' };
  return grantedAnswer(permit.row, addressee, judged);
}

/**
 * What an agreement names, and the law where that is left out. Rules that nobody has are no rules: until somebody mends the
 * agreement, its debtors are left alone.
 */
export function boundRules(
  book: RuleBook,
  row: { rules: NamedRules | null; facts: Pick<CaseFacts, 'rulePacks'> | null },
): BoundRules | UnknownPack {
  try {
    const named = namedRules(row);
    return book.of({ ...named, packs: named.packs === null ? null : [...named.packs, ...book.missingLaw(named)] });
  } catch (error) {
    if (error instanceof UnknownPack) return error;
    throw error;
  }
}

/** Whether a rule counts by number what this contact asks about or raises: then others with that number must wait. */
function countsByNumber({ rules }: CompiledPacks, { channel }: PermitRequest): boolean {
  const { raises } = channelFacts[channel];
  return rules.some(
    ({ counter, channels, kinds }) =>
      counter?.key === 'number' &&
      (channels === 'all' || channels.includes(channel) || raises.some((kind) => kinds.has(kind))),
  );
}

/**
 * Whether this contact has a permit that nobody told anything final of: it is judged again before anybody gets it again. A
 * contact whose permit was used up has been made, and gets no other.
 */
function isInHand(permit: PermitRow | null, request: PermitRequest, realNow: number): permit is PermitRow {
  if (permit === null || isGivenBack(permit.state)) return false;
  const expired = permit.expiresAt.getTime() <= realNow;
  if (permit.state === 'granted' && expired) return true;
  const same =
    permit.contentKey === request.contentKey &&
    permit.caseId === request.caseId &&
    permit.personId === request.personId &&
    permit.channel === request.channel &&
    permit.purpose === request.purpose &&
    permit.actor === request.actor;
  if (!same) throw problem('permit-used', 'This contact has a permit for another content.');
  if (permit.state !== 'granted' && (permit.state !== 'handed-over' || expired))
    throw problem('permit-used', `This contact has used its permit: ${permit.state}.`);
  return true;
}

/** Asking twice is one permit, while it lives and says what would be granted now. */
function stillFits(
  permit: PermitRow,
  { point, validUntil, timeZone }: Extract<GateDecision, { verdict: 'granted' }>,
  realNow: number,
): boolean {
  // Its contact is being made: nothing can replace it.
  if (permit.state !== 'granted') return true;
  return (
    permit.expiresAt.getTime() > realNow &&
    permit.contactPointId === point.contactPointId &&
    permit.timeZone === timeZone &&
    permit.validUntil.getTime() <= Date.parse(validUntil)
  );
}

/**
 * Ends a permit that its own contact did not use, since it asks again. The caller holds the ledgers.
 * @returns where the case's journal stands with it, locked; null when there was nothing to give back
 */
async function giveBack(tx: Tx, clock: Clock, request: PermitRequest, earlier: PermitRow | null) {
  if (earlier?.state !== 'granted') return null;
  // Its owner may have told meanwhile that he used it: settling waits for no ledger.
  const now = await lockPermit(tx, earlier.permitId);
  if (now?.state !== 'granted') throw problem('permit-used', 'This contact has used its permit.');
  return moveLocked(tx, clock, now, 'released', { actor: request.actor });
}

/** Where the case's journal stands, locked: begun if need be. */
async function headOf(tx: Tx, request: PermitRequest, row: FactsRow): Promise<JournalHead> {
  const head = row.head ?? (await lockJournalHead(tx, request.caseId));
  if (head !== null) return head;
  const genesis = { seq: 0, hash: genesisHash(request.caseId) };
  await beginJournal(tx, request.caseId, genesis);
  return genesis;
}

/** A point whose value can no longer be read, since the person's key was destroyed, reaches nobody. */
function withReadable(facts: GateFacts, addressee: Addressee): GateFacts {
  const points = facts.points.map((point) =>
    addressee.destinations.has(point.contactPointId) ? point : { ...point, valid: 'no' as const },
  );
  return { ...facts, points };
}

function basisOf(
  request: PermitRequest,
  facts: GateFacts,
  { packs }: BoundRules,
  { asked }: Extract<GateDecision, { verdict: 'granted' | 'denied' }>,
): Basis {
  // Holidays are published, and the date says which. Both are built here field by field, so their order is always the same.
  const { holidays: _, ...hashed } = facts;
  const factsHash = createHash('sha256')
    .update(JSON.stringify([request, hashed]))
    .digest('hex');
  return { packs: versionsIn(packs, facts.now, asked), factsHash, asked };
}

/** The versions that were in force that day where the debtor lives. */
function versionsIn(packs: CompiledPacks, now: string, asked: Asked | null): Basis['packs'] {
  const zones = asked?.contact.zones ?? packs.zones;
  return versionsOn(packs, toLocal(now, zones[0] ?? 'UTC').date);
}

function deniedAnswer({ denials, earliest }: Extract<GateDecision, { verdict: 'denied' }>): PermitAnswer {
  return { verdict: 'denied', denials, earliest };
}

/** What was just judged: the text is judged by the same. */
interface Judged {
  facts: GateFacts;
  decision: Extract<GateDecision, { verdict: 'granted' }>;
  basis: Basis;
}

function grantedAnswer(permit: PermitRow, addressee: Addressee, { facts, decision, basis }: Judged): PermitAnswer {
  const destination = addressee.destinations.get(permit.contactPointId);
  if (destination === undefined) throw problem('conflict', "The person's data was destroyed.");
  return {
    verdict: 'granted',
    permitId: permit.permitId,
    contactPointId: permit.contactPointId,
    expiresAt: permit.expiresAt.toISOString(),
    validUntil: permit.validUntil.toISOString(),
    destination,
    salutation: addressee.salutation,
    language: permit.language,
    timeZone: permit.timeZone,
    caseSeq: facts.case?.caseSeq ?? 0,
    packs: [...basis.packs],
    by: decision.asked.contact.by,
  };
}
