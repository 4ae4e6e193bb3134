import { toLocal } from '@arrears/calendar';
import type { Clock } from '@arrears/clock';
import { newId, type PermitAnswer, type PermitRequest } from '@arrears/contracts';
import type { Database, PersonKeys, Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { readSituation } from '../case-facts/case-facts.store.js';
import { journal } from '../journal.js';
import { move } from '../settle/settle.service.js';
import { isGivenBack } from '../settle/settle.js';
import { readAddressee, type Addressee } from './addressee.js';
import { eventsRaised } from './channels.js';
import { recordDenial } from './denial.js';
import { decide, type GateDecision, type GateFacts } from './gate.js';
import { gatherFacts, hashOf } from './gate.facts.js';
import type { GateMetrics } from './gate.metrics.js';
import { insertPermit, lockLedgers, lockNumbers, newestPermit, type PermitRow } from './gate.store.js';
import type { RuleBook } from './packs.js';

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
 * The gate: may this message go to this person now? One short transaction that holds the debtor's and the person's ledger
 * rows, so that what is counted cannot change between counting and reserving.
 * @throws ProblemError `permit-used` when the message already used a permit, or asks with another content
 */
export async function requestPermit(parts: GateParts, request: PermitRequest): Promise<PermitAnswer> {
  const observe = parts.metrics.start();
  // Keys live in another database: what the answer will need is unsealed before anybody waits for our locks.
  const addressee = await readAddressee(parts.db, parts.personKeys, request);
  const answer = await parts.db.transaction((tx) => answerUnderLock(tx, parts, request, addressee));
  observe(request.channel, answer);
  return answer;
}

async function answerUnderLock(
  tx: Tx,
  parts: GateParts,
  request: PermitRequest,
  addressee: Addressee,
): Promise<PermitAnswer> {
  const { clock } = parts;
  const { barred } = await lockLedgers(tx, [request.debtorId, request.personId]);
  const earlier = await newestPermit(tx, request.contactId);
  const live = stillLive(earlier, request, clock.realNow());
  if (live !== null) return grantedAnswer(live, addressee);

  const situation = await readSituation(tx, request.caseId, request.agreementId);
  const packs = parts.rules.of(situation.rulePacks);
  if (packs.counted.some(({ key }) => key === 'number')) await lockNumbers(tx, addressee.numbers);
  // An earlier permit of this message that ran out unused: its reservation is this message's own, and is replaced below.
  const expired = earlier !== null && earlier.state === 'granted' ? earlier : null;
  const neverContact = barred.has(request.personId);
  const facts = await gatherFacts(tx, clock, request, {
    situation,
    packs,
    neverContact,
    exceptPermit: expired?.permitId ?? null,
  });
  const decision = decide(request, withReadable(facts, addressee), packs);
  if (decision.verdict === 'facts-behind' || decision.verdict === 'stale') return decision;
  const basis = { packs: packs.versions, factsHash: hashOf({ request, facts }) };
  if (decision.verdict === 'denied') {
    await recordDenial(tx, clock, request, decision, basis);
    return decision;
  }
  if (expired !== null) await move(tx, clock, expired, 'released', { actor: request.actor });
  return grantedAnswer(await grant(tx, clock, request, facts, decision, basis), addressee);
}

/**
 * The permit that this message already has, if it lives: asking twice is one permit. A message whose permit was used up has
 * been sent, and gets no other.
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
  decision: Extract<GateDecision, { verdict: 'granted' }>,
  basis: { packs: readonly { pack: string; packVersion: string }[]; factsHash: string },
): Promise<PermitRow> {
  const { point, validUntil, timeZone } = decision;
  const realNow = clock.realNow();
  const windowEndsReal = clock.toReal(Date.parse(validUntil)) ?? Infinity;
  const permit = {
    permitId: newId<'PermitId'>(),
    contactPointId: point.contactPointId,
    factsHash: basis.factsHash,
    language: facts.person?.language ?? defaultLanguage,
    timeZone,
    grantedAt: facts.now,
    validUntil,
    expiresAt: new Date(Math.min(realNow + permitLifeMs, windowEndsReal)).toISOString(),
  };
  const reserves = eventsRaised(request.channel, request.purpose, facts.person?.role ?? null);
  const { date: localDate } = toLocal(facts.now, timeZone);
  await insertPermit(tx, { ...permit, request, number: point.number, rulePacks: basis.packs, localDate, reserves });
  await journal.append(tx, {
    caseId: request.caseId,
    kind: 'permit-granted',
    at: facts.now,
    actor: request.actor,
    data: {
      permitId: permit.permitId,
      contactId: request.contactId,
      effectKey: request.effectKey,
      channel: request.channel,
      purpose: request.purpose,
      packs: [...basis.packs],
      factsHash: basis.factsHash,
      contactPointId: point.contactPointId,
      ...(request.templateId === undefined ? {} : { templateId: request.templateId }),
      ...(request.templateVersion === undefined ? {} : { templateVersion: request.templateVersion }),
      contentKey: request.contentKey,
      reserves: [...reserves],
      validUntil,
    },
  });
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
