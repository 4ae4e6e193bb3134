import { evaluate, type CompiledPacks, type Contact, type Denial, type Facts } from '@arrears/compliance';
import type { CaseFacts, PermitRequest } from '@arrears/contracts';
import { isNeverContacted } from '../persons/status.js';
import { stoppedBy, type StopOrder } from '../stop-orders/stop-order.js';
import { channelFacts } from './channels.js';
import type { GateFacts, GatePerson, GatePoint } from './facts.js';
import { ownDenial, ownDenials } from './own-rules.js';
import { purposeNeeds } from './purposes.js';
import { factValues } from './rule-facts.js';
import { zonesOf } from './zones.js';

/** What the packs were asked, so that a changed rule can be asked the same later. */
export interface Asked {
  contact: Contact;
  facts: Facts;
}

export type GateDecision =
  | { verdict: 'granted'; point: GatePoint; validUntil: string; timeZone: string; asked: Asked }
  | { verdict: 'denied'; denials: Denial[]; earliest: string | 'never'; asked: Asked | null }
  | { verdict: 'facts-behind'; detail: string }
  | { verdict: 'stale'; detail: string }
  | { verdict: 'stopped'; stopOrderId: string; detail: string };

type Denied = Extract<GateDecision, { verdict: 'denied' }>;

/** A heartbeat comes each second; after four without one, something may have been paid that we have not heard of. */
export const heartbeatLimitMs = 4_000;

/**
 * The gate's answer, pure. First whether everything is stopped, then whether we know enough, then whether the case still
 * wants it, then the rules: those about the person, and those of the packs for each contact point.
 */
export function decide(request: PermitRequest, facts: GateFacts, packs: CompiledPacks): GateDecision {
  const stop = stoppedBy(facts.stops, stoppable(request, facts.case));
  if (stop !== null) return { verdict: 'stopped', stopOrderId: stop.stopOrderId, detail: stopText(stop) };
  const { case: known, person } = facts;
  if (known === null) return { verdict: 'facts-behind', detail: 'nothing is known of this case yet' };
  const behind = whatIsBehind(request, facts, known);
  if (behind !== null) return { verdict: 'facts-behind', detail: behind };
  const stale = whatIsStale(request, known);
  if (stale !== null) return { verdict: 'stale', detail: stale };
  if (person === null) return { verdict: 'facts-behind', detail: 'the person is not known yet' };
  if (facts.points.length === 0) return { verdict: 'facts-behind', detail: 'none of the contact points is known yet' };

  const usable = facts.points.filter((point) => isUsable(point, request.channel));
  if (usable.length === 0 && facts.points.length < request.contactPointIds.length)
    return { verdict: 'facts-behind', detail: 'a contact point is not known yet' };
  return byRules(request, facts, { known, person }, usable, packs);
}

function stoppable(request: PermitRequest, known: CaseFacts | null) {
  const covered = known?.accounts.filter(({ accountId }) => request.covers.includes(accountId)) ?? [];
  return {
    agreementId: request.agreementId,
    channel: request.channel,
    templateId: request.templateId ?? null,
    region: known?.branch ?? null,
    policies: covered.flatMap(({ policyId }) => policyId ?? []),
  };
}

const stopText = ({ scope, value }: StopOrder): string =>
  value === null ? 'everything is stopped' : `stopped: ${scope} ${value}`;

function whatIsBehind(request: PermitRequest, facts: GateFacts, known: CaseFacts): string | null {
  const needs = purposeNeeds[request.purpose];
  if (known.caseSeq < request.expects.caseSeq)
    return `the case is known up to ${known.caseSeq}, the step expects ${request.expects.caseSeq}`;
  if (facts.parked) return 'a fact about this case is parked';
  if (needs.freshFeed && (facts.heartbeatAgeMs === null || facts.heartbeatAgeMs > heartbeatLimitMs))
    return 'the feed of cases has been silent for more than 4 s';
  return null;
}

function whatIsStale(request: PermitRequest, known: CaseFacts): string | null {
  const needs = purposeNeeds[request.purpose];
  if (known.agreementId !== request.agreementId || known.debtorId !== request.debtorId)
    return 'the case belongs to another debtor or agreement';
  if (needs.voidable && known.voidBefore > request.expects.caseSeq)
    return `the case changed at ${known.voidBefore}, after the step was planned at ${request.expects.caseSeq}`;
  if (needs.openCase && known.status === 'closed') return 'the case is closed';
  for (const accountId of request.covers) {
    const account = known.accounts.find((candidate) => candidate.accountId === accountId);
    if (account === undefined) return 'a covered account is not in the case';
    if (needs.accounts !== 'any' && !needs.accounts.includes(account.status))
      return `a covered account is ${account.status}`;
  }
  return null;
}

function isUsable(point: GatePoint, channel: PermitRequest['channel']): boolean {
  return (
    channelFacts[channel].points.includes(point.kind) &&
    point.valid !== 'no' &&
    !point.bars.includes('wrong-person') &&
    !point.optedOut.includes(channel)
  );
}

/** The first point in the given order that the rules permit; if none, the first point's denials and the earliest of all. */
function byRules(
  request: PermitRequest,
  facts: GateFacts,
  { known, person }: { known: CaseFacts; person: GatePerson },
  usable: readonly GatePoint[],
  packs: CompiledPacks,
): GateDecision {
  const own = [...ownDenials(request, person, facts), ...(usable.length === 0 ? [ownDenial('NO-USABLE-POINT')] : [])];
  const zones = zonesOf({ person: person.timeZone, case: known.timeZone }, packs);
  const denied: Denied[] = [];
  // Without a usable point the rules are asked all the same, as of the first, so that the answer names everything in the way.
  for (const point of usable.length === 0 ? facts.points.slice(0, 1) : usable) {
    const asked = {
      contact: contactWith(request, facts, point, zones),
      facts: ruleFacts(request, facts, known, point),
    };
    const verdict = evaluate(packs, asked.contact, asked.facts);
    if (verdict.verdict === 'permit' && own.length === 0)
      return { verdict: 'granted', point, validUntil: verdict.windowEnds, timeZone: zones[0] ?? 'UTC', asked };
    const denials = [...own, ...(verdict.verdict === 'deny' ? verdict.denials : [])];
    const earliest = own.length > 0 || verdict.verdict === 'permit' ? 'never' : verdict.earliest;
    denied.push({ verdict: 'denied', denials, earliest, asked });
  }
  // 'never' sorts behind every instant, since digits come before letters.
  const [earliest = 'never'] = denied.map((answer) => answer.earliest).sort();
  return { verdict: 'denied', denials: denied[0]?.denials ?? own, earliest, asked: denied[0]?.asked ?? null };
}

function contactWith(
  request: PermitRequest,
  { now, jurisdiction, actsAs }: GateFacts,
  point: GatePoint,
  zones: readonly string[],
): Contact {
  return {
    at: now,
    channel: request.channel,
    purpose: request.purpose,
    // Whoever is engaged is bound as such, whomever he works for.
    by: request.agencyId === undefined ? actsAs : 'agency',
    caseId: request.caseId,
    person: request.personId,
    number: point.number,
    debts: request.covers,
    zones,
    ...(jurisdiction === null ? {} : { jurisdiction }),
  };
}

function ruleFacts(request: PermitRequest, facts: GateFacts, known: CaseFacts, point: GatePoint): Facts {
  const { person } = facts;
  return {
    values: factValues(request, facts, known, point),
    events: facts.events,
    holds: known.holds,
    holidays: facts.holidays,
    neverContact: person !== null && (person.barred || isNeverContacted(person.status)),
  };
}
