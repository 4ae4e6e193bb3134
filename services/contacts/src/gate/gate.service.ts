import { lockJournalHead, type JournalHead } from '@arrears/audit';
import type { Clock } from '@arrears/clock';
import type { CompiledPacks } from '@arrears/compliance';
import { newId, type PermitAnswer, type PermitRequest } from '@arrears/contracts';
import type { Database, PersonKeys, Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { hashOf } from '../hash.js';
import { journal } from '../journal.js';
import { moveLocked } from '../settle/settle.service.js';
import { isGivenBack } from '../settle/settle.js';
import { isThirdParty, relationClass } from '../third-parties/third-party.js';
import { readAddressee, type Addressee } from './addressee.js';
import { channelFacts, eventsRaised } from './channels.js';
import { recordDenial } from './denial.js';
import type { GateFacts } from './facts.js';
import { decide, type GateDecision } from './gate.js';
import type { GateMetrics } from './gate.metrics.js';
import { gather } from './gather.js';
import { lockLedgers, lockNumbers } from './ledgers.store.js';
import { UnknownPack, type BoundRules, type RuleBook } from './packs.js';
import { insertPermit, readPermit, type Basis, type PermitRow } from './permit.store.js';

export interface GateParts {
  db: Database;
  clock: Clock;
  personKeys: PersonKeys;
  rules: RuleBook;
  metrics: GateMetrics;
}

/** Real time; or until the contact window closes, whichever comes first. */
export const permitLifeMs = 60_000;
const defaultLanguage = 'zh-CN';

/**
 * The gate: may this contact be made with this person now? One short transaction that holds the debtor's and the person's
 * ledger rows, so that what is counted cannot change between counting and reserving.
 * @throws ProblemError `permit-used` when the contact already used a permit, or asks with another content
 */
export async function requestPermit(parts: GateParts, request: PermitRequest): Promise<PermitAnswer> {
  const observe = parts.metrics.start();
  // Keys live in another database: what the answer will need is unsealed before anybody waits for our locks.
  const addressee = await readAddressee(parts.db, parts.personKeys, request);
  const rules = boundRules(parts.rules, addressee);
  const answer =
    rules instanceof UnknownPack
      ? { verdict: 'facts-behind' as const, detail: rules.message }
      : await parts.db.transaction((tx) => answerUnderLock(tx, parts, request, { addressee, rules }));
  observe(request.channel, answer);
  return answer;
}

/** Rules that nobody has are no rules: until somebody mends the agreement, its debtors are left alone. */
export function boundRules(book: RuleBook, { rules }: Pick<Addressee, 'rules'>): BoundRules | UnknownPack {
  try {
    return book.of(rules);
  } catch (error) {
    if (error instanceof UnknownPack) return error;
    throw error;
  }
}

async function answerUnderLock(
  tx: Tx,
  parts: GateParts,
  request: PermitRequest,
  { addressee, rules }: { addressee: Addressee; rules: BoundRules },
): Promise<PermitAnswer> {
  const { clock } = parts;
  const ledgers = await lockLedgers(tx, [request.debtorId, request.personId]);
  const { packs } = rules;
  if (countsByNumber(packs, request)) await lockNumbers(tx, addressee.numbers);
  const read = { rules, ledgers, numbers: addressee.numbers, at: clock.nowIso(), lock: true };
  const { facts: known, head, earlier } = await gather(tx, clock, request, read);
  const live = stillLive(earlier, request, clock.realNow());
  if (live !== null) return grantedAnswer(live, addressee);

  const facts = withReadable(known, addressee);
  const decision = decide(request, facts, packs);
  if (decision.verdict !== 'denied' && decision.verdict !== 'granted') return decision;
  const { asked } = decision;
  const basis = { packs: packs.versions, factsHash: hashOf({ request, facts }), asked };
  if (decision.verdict === 'denied') {
    await recordDenial(tx, clock, request, decision, basis);
    return { verdict: 'denied', denials: decision.denials, earliest: decision.earliest };
  }
  // An earlier permit of this contact that ran out unused is replaced, with its reservation.
  const at = earlier?.state === 'granted' ? await replaced(tx, clock, earlier, request) : head;
  const permit = await grant(tx, clock, request, facts, { decision, basis, head: at });
  return grantedAnswer(permit, addressee);
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
 * The permit that this contact already has, if it lives: asking twice is one permit. A contact whose permit was used up has
 * been made, and gets no other.
 */
function stillLive(permit: PermitRow | null, request: PermitRequest, realNow: number): PermitRow | null {
  if (permit === null || isGivenBack(permit.state)) return null;
  const expired = permit.expiresAt.getTime() <= realNow;
  if (permit.state === 'granted' && expired) return null;
  const same =
    permit.contentKey === request.contentKey &&
    permit.caseId === request.caseId &&
    permit.personId === request.personId &&
    permit.channel === request.channel;
  if (!same) throw problem('permit-used', 'This contact has a permit for another content.');
  const inHand = permit.state === 'granted' || (permit.state === 'handed-over' && !expired);
  if (!inHand) throw problem('permit-used', `This contact has used its permit: ${permit.state}.`);
  return permit;
}

/** Gives the expired permit back, unless its owner told meanwhile that he used it: settling waits for no ledger. */
async function replaced(tx: Tx, clock: Clock, expired: PermitRow, request: PermitRequest): Promise<JournalHead> {
  const now = await readPermit(tx, expired.permitId, 'lock');
  if (now?.state !== 'granted') throw problem('permit-used', 'This contact has used its permit.');
  return moveLocked(tx, clock, now, 'released', { actor: request.actor });
}

/** A point whose value can no longer be read, since the person's key was destroyed, reaches nobody. */
function withReadable(facts: GateFacts, addressee: Addressee): GateFacts {
  const points = facts.points.map((point) =>
    addressee.destinations.has(point.contactPointId) ? point : { ...point, valid: 'no' as const },
  );
  return { ...facts, points };
}

async function grant(
  tx: Tx,
  clock: Clock,
  request: PermitRequest,
  facts: GateFacts,
  of: { decision: Extract<GateDecision, { verdict: 'granted' }>; basis: Basis; head: JournalHead | null },
): Promise<PermitRow> {
  const { point, validUntil, timeZone } = of.decision;
  const realNow = clock.realNow();
  const windowEndsReal = clock.toReal(Date.parse(validUntil)) ?? Infinity;
  const permit = {
    permitId: newId<'PermitId'>(),
    contactPointId: point.contactPointId,
    language: facts.person?.language ?? defaultLanguage,
    timeZone,
    grantedAt: facts.now,
    validUntil,
    expiresAt: new Date(Math.min(realNow + permitLifeMs, windowEndsReal)).toISOString(),
  };
  const reserves = eventsRaised(request.channel, request.purpose, isThirdParty(relationOf(facts)));
  const head = of.head ?? (await lockJournalHead(tx, request.caseId));
  const record = grantedRecord(request, permit, reserves, of.basis);
  await insertPermit(tx, { ...permit, request, number: point.number, basis: of.basis, reserves }, { head, record });
  return {
    ...request,
    ...permit,
    state: 'granted',
    contentHash: null,
    grantedAt: new Date(permit.grantedAt),
    validUntil: new Date(permit.validUntil),
    expiresAt: new Date(permit.expiresAt),
  };
}

function grantedRecord(
  request: PermitRequest,
  permit: { permitId: string; contactPointId: string; grantedAt: string; validUntil: string },
  reserves: readonly string[],
  basis: Basis,
) {
  const { templateId, templateVersion, agencyId } = request;
  return journal.checked({
    caseId: request.caseId,
    kind: 'permit-granted',
    at: permit.grantedAt,
    actor: request.actor,
    data: {
      permitId: permit.permitId,
      contactId: request.contactId,
      effectKey: request.effectKey,
      channel: request.channel,
      purpose: request.purpose,
      packs: [...basis.packs],
      factsHash: basis.factsHash,
      contactPointId: permit.contactPointId,
      ...(templateId === undefined ? {} : { templateId }),
      ...(templateVersion === undefined ? {} : { templateVersion }),
      ...(agencyId === undefined ? {} : { agencyId }),
      contentKey: request.contentKey,
      reserves: [...reserves],
      validUntil: permit.validUntil,
    },
  });
}

const relationOf = ({ person }: GateFacts) => relationClass(person?.role ?? null, person?.relation ?? null);

function grantedAnswer(permit: PermitRow, addressee: Addressee): PermitAnswer {
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
  };
}
