import { isZone } from '@arrears/calendar';
import {
  evaluate,
  type CompiledPacks,
  type Contact,
  type CountedEvent,
  type Denial,
  type FactValues,
  type Facts,
} from '@arrears/compliance';
import type { CaseFacts, PermitRequest } from '@arrears/contracts';
import { channelFacts } from './channels.js';
import { purposeNeeds } from './purposes.js';

/** All that the gate knows when it answers, read under the lock of the person's ledger. Times are ISO instants. */
export interface GateFacts {
  /** Business now. */
  now: string;
  /** Null: nothing was heard of this case yet. */
  case: CaseFacts | null;
  /** Age of the last heartbeat on the case's partition in real milliseconds; null: none ever came. */
  heartbeatAgeMs: number | null;
  /** A fact about this case lies parked in the inbox: nobody knows what it would change. */
  parked: boolean;
  person: GatePerson | null;
  /** Of the points asked for, those that are known, in the order of the request. */
  points: readonly GatePoint[];
  neverContact: boolean;
  events: readonly CountedEvent[];
}
export interface GatePerson {
  role: string | null;
  relation: string | null;
  timeZone: string | null;
  language: string | null;
}
export interface GatePoint {
  contactPointId: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  /** Blind index in hex: the same for the same number. */
  number: string;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: readonly string[];
}

export type GateDecision =
  | { verdict: 'granted'; point: GatePoint; validUntil: string; timeZone: string }
  | { verdict: 'denied'; denials: Denial[]; earliest: string | 'never' }
  | { verdict: 'facts-behind'; detail: string }
  | { verdict: 'stale'; detail: string };

type Denied = Extract<GateDecision, { verdict: 'denied' }>;

/** A heartbeat comes each second; after four without one, something may have been paid that we have not heard of. */
export const heartbeatLimitMs = 4_000;

/** The gate's answer, pure. First whether we know enough, then whether the case still wants it, then the rules. */
export function decide(request: PermitRequest, facts: GateFacts, packs: CompiledPacks): GateDecision {
  const behind = whatIsBehind(request, facts);
  if (behind !== null) return { verdict: 'facts-behind', detail: behind };
  const known = facts.case;
  if (known === null) return { verdict: 'facts-behind', detail: 'nothing is known of this case yet' };
  const stale = whatIsStale(request, known);
  if (stale !== null) return { verdict: 'stale', detail: stale };

  const usable = facts.points.filter((point) => isUsable(point, request.channel));
  if (usable.length === 0)
    return facts.points.length < request.contactPointIds.length
      ? { verdict: 'facts-behind', detail: 'a contact point is not known yet' }
      : { verdict: 'denied', denials: [noPoint], earliest: 'never' };
  return byRules(request, facts, known, usable, packs);
}

function whatIsBehind(request: PermitRequest, facts: GateFacts): string | null {
  const needs = purposeNeeds[request.purpose];
  if (facts.case === null) return 'nothing is known of this case yet';
  if (facts.case.caseSeq < request.expects.caseSeq)
    return `the case is known up to ${facts.case.caseSeq}, the step expects ${request.expects.caseSeq}`;
  if (facts.parked) return 'a fact about this case is parked';
  if (needs.freshFeed && (facts.heartbeatAgeMs === null || facts.heartbeatAgeMs > heartbeatLimitMs))
    return 'the feed of cases has been silent for more than 4 s';
  if (facts.person === null) return 'the person is not known yet';
  if (facts.points.length === 0) return 'none of the contact points is known yet';
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
  return channelFacts[channel].points.includes(point.kind) && point.valid !== 'no' && !point.optedOut.includes(channel);
}

/** The first point in the given order that the rules permit; if none, the first point's denials and the earliest of all. */
function byRules(
  request: PermitRequest,
  facts: GateFacts,
  known: CaseFacts,
  usable: readonly GatePoint[],
  packs: CompiledPacks,
): GateDecision {
  // The person's own zone, else the case's. Where neither is known, every zone of the packs must allow the hour.
  const told = [facts.person?.timeZone, known.timeZone].find((zone) => zone != null && isZone(zone));
  const zones = told == null ? packs.zones : [told];
  const denied: Denied[] = [];
  for (const point of usable) {
    const contact = contactWith(request, point, facts.now, zones);
    const verdict = evaluate(packs, contact, ruleFacts(facts, known, point));
    if (verdict.verdict === 'permit')
      return { verdict: 'granted', point, validUntil: verdict.windowEnds, timeZone: zones[0] ?? 'UTC' };
    denied.push({ verdict: 'denied', denials: verdict.denials, earliest: verdict.earliest });
  }
  // 'never' sorts behind every instant, since digits come before letters.
  const [earliest = 'never'] = denied.map((answer) => answer.earliest).sort();
  return { verdict: 'denied', denials: denied[0]?.denials ?? [noPoint], earliest };
}

function contactWith(request: PermitRequest, point: GatePoint, now: string, zones: readonly string[]): Contact {
  return {
    at: now,
    channel: request.channel,
    purpose: request.purpose,
    by: 'firstParty',
    caseId: request.caseId,
    person: request.personId,
    number: point.number,
    debts: request.covers,
    zones,
  };
}

/** Facts that the present features can tell; what they cannot stays unknown, and unknown never helps a contact. */
function ruleFacts(facts: GateFacts, known: CaseFacts, point: GatePoint): Facts {
  const { person } = facts;
  const values: FactValues = {
    'point.kind': point.kind,
    'point.reserved': point.reserved,
    'point.optedOut': point.optedOut,
    'case.stage': known.stage,
    ...(person?.role == null ? {} : { 'person.role': person.role }),
    ...(person?.relation == null ? {} : { 'person.relation': person.relation }),
  };
  return { values, events: facts.events, holds: known.holds, neverContact: facts.neverContact };
}

const noPoint: Denial = {
  rule: 'NO-USABLE-POINT',
  pack: 'gate',
  packVersion: '1',
  severity: 'house',
  citation: { document: 'Contact gate', article: 'contact points' },
  zh: '没有可用的联系方式：号码无效、已退订或不适用于该渠道',
  en: 'No usable contact point: invalid, opted out, or of a kind this channel cannot use',
  until: 'never',
};
