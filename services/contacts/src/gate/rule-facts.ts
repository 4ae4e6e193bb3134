import { isZone, toLocal } from '@arrears/calendar';
import type { FactValues } from '@arrears/compliance';
import type { CaseFacts, PermitRequest } from '@arrears/contracts';
import { isThirdParty, relationClass } from '../third-parties/third-party.js';
import type { GateActor, GateFacts, GatePerson, GatePoint } from './facts.js';

/**
 * What the packs are told. A fact that nobody knows is left out, and what is unknown never helps a contact. Pure.
 */
export function factValues(
  request: Pick<PermitRequest, 'covers' | 'circumstances'>,
  facts: GateFacts,
  known: CaseFacts,
  point: GatePoint | null,
): FactValues {
  return present({
    ...personFacts(facts.person, point),
    ...pointFacts(point),
    ...debtorFacts(facts),
    ...caseFacts(request.covers, facts.now, known),
    ...actorFacts(facts.actor),
    ...circumstances(request.circumstances),
  });
}

type Maybe = { [Name in keyof FactValues]: FactValues[Name] | null | undefined };

function personFacts(person: GatePerson | null, point: GatePoint | null): Maybe {
  if (person === null) return {};
  const relation = relationClass(person.role, person.relation);
  const consents = person.consents
    .filter(({ pointId }) => pointId === null || pointId === point?.contactPointId)
    .map(({ kind }) => kind);
  return {
    'person.role': person.role,
    'person.relation': person.relation,
    'person.status': person.status,
    'person.represented': person.status === 'represented',
    'person.refused':
      isThirdParty(relation) && (person.refused || point?.bars.includes('third-party-refused') === true),
    'person.consents': [...new Set(consents)].sort(),
    'person.ceased': [...new Set(person.ceased)].sort(),
    'person.hasOtherPoint': person.hasOtherPoint,
  };
}

function pointFacts(point: GatePoint | null): Maybe {
  if (point === null) return {};
  return {
    'point.kind': point.kind,
    'point.place': point.place,
    'point.reserved': point.reserved,
    'point.optedOut': point.optedOut,
  };
}

function debtorFacts({ debtor }: GateFacts): Maybe {
  if (debtor === null) return {};
  return {
    'debtor.numberInvalid': debtor.numberInvalid,
    'debtor.reachable': debtor.reachable,
    'debtor.failedTriesInRow': debtor.failedTriesInRow,
    'debtor.daysOfFailedTries': debtor.daysOfFailedTries,
    'debtor.hoursBetweenFailedTries': debtor.hoursBetweenFailedTries,
  };
}

function caseFacts(covers: readonly string[], now: string, known: CaseFacts): Maybe {
  const covered = known.accounts.filter(({ accountId }) => covers.includes(accountId));
  const inForce = known.holds.filter(
    ({ from, until, accounts }) =>
      Date.parse(from) <= Date.parse(now) &&
      (until === undefined || Date.parse(now) < Date.parse(until)) &&
      (accounts === undefined || accounts.some((account) => covers.includes(account))),
  );
  return {
    ...breathingSpace(inForce, known),
    'case.stage': known.stage,
    'case.planKept': covered.some(({ status }) => status === 'plan'),
    'case.disputed': inForce.some(({ kind }) => kind === 'dispute'),
  };
}

/** The debtor's own; of several in force the one that began last. */
function breathingSpace(inForce: CaseFacts['holds'], { debtorId, timeZone }: CaseFacts): Maybe {
  const his = inForce.filter(
    ({ kind, persons }) => kind === 'breathing-space' && (persons === undefined || persons.includes(debtorId)),
  );
  const zone = isZone(timeZone) ? timeZone : 'UTC';
  const [latest] = his
    .map(({ from }) => toLocal(from, zone).date)
    .sort()
    .reverse();
  return { 'debtor.breathingSpace': his.length > 0, 'debtor.breathingSpaceFrom': latest };
}

function actorFacts(actor: GateActor): Maybe {
  const { agency } = actor;
  return {
    'actor.kind': actor.kind,
    ...(actor.kind === 'human'
      ? { 'actor.trainedUntil': actor.trainedUntil, 'actor.violentRecord': actor.violentRecord }
      : {}),
    ...(agency?.known === true
      ? {
          'agency.listed': agency.listed,
          'agency.published': agency.published,
          'agency.inspectedUntil': agency.inspectedUntil,
          'agency.evaluatedUntil': agency.evaluatedUntil,
          'agency.contractTerms': agency.contractTerms,
        }
      : {}),
  };
}

function circumstances(told: PermitRequest['circumstances']): Maybe {
  return {
    'contact.recorded': told?.recorded,
    'contact.publicPlace': told?.publicPlace,
    'visit.collectors': told?.collectors,
    'visit.credentials': told?.credentialsShown,
    'visit.entered': told?.entering,
    'visit.consent': told?.entryConsent,
  };
}

function present(values: Maybe): FactValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
