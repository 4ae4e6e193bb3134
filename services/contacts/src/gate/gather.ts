import { toLocal, type LocalDate } from '@arrears/calendar';
import { defaultJurisdiction, type CompiledPacks, type CountedEvent } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Clock } from '@arrears/clock';
import type { Tx } from '@arrears/persistence';
import { gravest } from '../persons/status.js';
import { isPublished } from '../qualifications/qualification.js';
import { isThirdParty, relationClass } from '../third-parties/third-party.js';
import { lookBackMs, reachOf, type Reach, type Try } from '../third-parties/unreachable.js';
import type { GateActor, GateAgency, GateFacts, GatePerson, GatePoint } from './facts.js';
import { readReach, type FactsQuestion, type FactsRow, type PointRow, type ReachRow } from './facts.store.js';
import { holidaysAround } from './holidays.js';
import { ledgersOf, type Ledgers } from './ledgers.store.js';
import { serveWindowMs } from './own-rules.js';
import type { BoundRules, RuleBook } from './packs.js';
import { zonesOf } from './zones.js';

/** What the database is asked. How far back: as far as any pack counts, since which packs bind is an answer as well. */
export function questionOf(
  request: PermitRequest,
  { book, at, ids }: { book: RuleBook; at: string; ids?: readonly string[] },
): FactsQuestion {
  const { caseId, agreementId, debtorId, personId, contactPointIds, covers, actor, agencyId, contactId } = request;
  const since = new Date(Date.parse(at) - Math.max(book.reachMs, serveWindowMs)).toISOString();
  return {
    ...{ caseId, agreementId, debtorId, personId, contactPointIds, actor, contactId, since },
    debts: covers,
    agencyId: agencyId ?? null,
    ids: ids ?? [...new Set([debtorId, personId])],
  };
}

/** Whether somebody else than the debtor or a liable person is asked for: then the debtor's reach must be known. */
export function asksThirdParty(request: PermitRequest, row: FactsRow): boolean {
  return row.person !== null && isThirdParty(relationClass(...roleIn(request, row)));
}

/** What was read, as the gate decides on it. Pure. */
export function gateFacts(
  clock: Clock,
  request: PermitRequest,
  row: FactsRow,
  of: { rules: BoundRules; at: string; debtor: Reach | null },
): GateFacts {
  const { packs, jurisdiction, actsAs } = of.rules;
  const { personId } = request;
  const ledgers = ledgersOf(row.ledgers);
  const ids = ledgers.idsOf(personId);
  // An earlier permit of this contact: its reservation is the contact's own.
  const own = row.earlier?.permitId ?? null;
  return {
    now: of.at,
    stops: row.stops,
    case: row.facts,
    // A clock that runs a little ahead of ours must not make a heartbeat of the future fresh for ever.
    heartbeatAgeMs: row.heartbeatAt === null ? null : Math.abs(clock.realNow() - row.heartbeatAt.getTime()),
    parked: row.parked,
    person: gatePerson(request, row, ledgers),
    points: gatePoints(request, row.points, ids),
    events: countedEvents(row, packs, { ids, personId, except: own, at: of.at }),
    lastInboundAt: lastInbound(row, ids),
    actor: gateActor(request, row, dateThere(row, packs, of.at)),
    debtor: of.debtor,
    holidays: holidaysAround(of.at.slice(0, 10), jurisdiction ?? defaultJurisdiction),
    jurisdiction,
    actsAs,
  };
}

/** Whoever one human is known as: what he said from a number holds for all of his ids. */
function gatePoints(request: PermitRequest, points: readonly PointRow[], ids: readonly string[]): GatePoint[] {
  return request.contactPointIds.flatMap((id) => {
    const found = points.find(({ contactPointId }) => contactPointId === id);
    if (found === undefined) return [];
    const { source, value: _, optedOutAs, ...point } = found;
    const said = optedOutAs.filter(({ personId }) => ids.includes(personId)).flatMap(({ channels }) => channels);
    return [{ ...point, optedOut: [...new Set([...point.optedOut, ...said])], place: placeOf(source) }];
  });
}

const workplaces = new Set(['workplace', 'work', 'employer', 'office', '单位', '工作单位']);
/** Where a point is, from what the bank says of its source. */
export function placeOf(source: string): string {
  return workplaces.has(source.trim().toLowerCase()) ? 'workplace' : 'other';
}

/** The person's part in what the contact covers; someone without one there is asked about as an unknown part. */
function roleIn({ personId, debtorId, covers }: PermitRequest, row: FactsRow): [string | null, string | null] {
  if (personId === debtorId) return ['debtor', null];
  const accounts = row.facts?.accounts ?? [];
  const loans = new Set(accounts.filter(({ accountId }) => covers.includes(accountId)).map(({ loanId }) => loanId));
  const role = row.roles.find(({ loanId }) => loans.has(loanId));
  return [role?.role ?? null, role?.relation ?? null];
}

function gatePerson(request: PermitRequest, row: FactsRow, ledgers: Ledgers): GatePerson | null {
  if (row.person === null) return null;
  const { timeZone, language } = row.person;
  const own = ledgers.of(request.personId);
  const ids = ledgers.idsOf(request.personId);
  const [role, relation] = roleIn(request, row);
  return {
    ...{ timeZone, language, role, relation },
    status: gravest(own.map(({ status }) => status)),
    barred: own.some(({ barred }) => barred),
    refused: own.some(({ refused }) => refused),
    consents: row.consents
      .filter(({ personId }) => ids.includes(personId))
      .map(({ kind, pointId }) => ({ kind, pointId })),
    ceased: row.ceased.filter(({ personId }) => ids.includes(personId)).flatMap(({ channels }) => channels),
    hasOtherPoint: row.points.some(isOtherPhone),
  };
}

function isOtherPhone({ kind, valid, bars, source }: PointRow): boolean {
  const phone = kind === 'mobile' || kind === 'landline';
  return phone && valid !== 'no' && !bars.includes('wrong-person') && placeOf(source) !== 'workplace';
}

/** One event a kind. What happened to another id of this human counts as if it had happened to the one asked for. */
function countedEvents(
  row: FactsRow,
  packs: CompiledPacks,
  of: { ids: readonly string[]; personId: string; except: string | null; at: string },
): CountedEvent[] {
  const kinds = new Set(packs.counted.map(({ kind }) => kind));
  const from = Date.parse(of.at) - packs.reachMs;
  return row.events
    .filter(({ ref, at }) => ref !== of.except && at > from)
    .flatMap((event) => {
      const counted = event.kinds.filter((kind) => kinds.has(kind));
      if (counted.length === 0) return [];
      const common = {
        at: new Date(event.at).toISOString(),
        person: of.ids.includes(event.personId) ? of.personId : event.personId,
        ...(event.number === null ? {} : { number: event.number }),
        ...(event.caseId === null ? {} : { caseId: event.caseId }),
        debts: event.debts,
      };
      return counted.map((kind) => ({ kind, ...common }));
    });
}

function lastInbound(row: FactsRow, ids: readonly string[]): string | null {
  const times = row.events.filter(({ inbound, personId }) => inbound && ids.includes(personId)).map(({ at }) => at);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** Calls and visits are made by people: who says he is the machine there is nobody that anything is known of. */
function gateActor({ actor, channel, agencyId }: PermitRequest, row: FactsRow, today: LocalDate): GateActor {
  const agency = agencyId === undefined ? null : gateAgency(row.agency, today);
  if (actor === 'machine' && channel !== 'call' && channel !== 'visit') return { kind: 'machine', agency };
  // A qualification is for the house one works for.
  const qualified = row.collector !== null && row.collector.agencyId === (agencyId ?? null) ? row.collector : null;
  return {
    kind: 'human',
    trainedUntil: qualified?.trainedUntil ?? null,
    violentRecord: qualified?.violentRecord ?? null,
    agency,
  };
}

function gateAgency(agency: FactsRow['agency'], today: LocalDate): GateAgency {
  if (agency === null) return { known: false };
  const { publishedOn, ...rest } = agency;
  return { known: true, ...rest, published: isPublished(publishedOn, today) };
}

/** Where he may live in several zones, the day of the one that is furthest behind. */
function dateThere(row: FactsRow, packs: CompiledPacks, at: string): LocalDate {
  const zones = zonesOf({ person: row.person?.timeZone ?? null, case: row.facts?.timeZone ?? null }, packs);
  const [earliest = at.slice(0, 10)] = zones.map((zone) => toLocal(at, zone).date).sort();
  return earliest;
}

/** How the debtor himself can be reached; one statement more, for the few contacts with somebody else. */
export async function debtorReach(
  tx: Tx,
  request: PermitRequest,
  row: FactsRow,
  of: { rules: BoundRules; at: string },
): Promise<Reach> {
  const { debtorId, agreementId } = request;
  const since = new Date(Date.parse(of.at) - lookBackMs).toISOString();
  const found = await readReach(tx, { debtorId, agreementId, ids: ledgersOf(row.ledgers).idsOf(debtorId), since });
  const zones = zonesOf({ person: found.timeZone, case: row.facts?.timeZone ?? null }, of.rules.packs);
  // Where his zone is not known, his tries must have been on different days in each that may be his.
  const [strictest] = zones
    .map((zone) => reachFrom(found, zone))
    .sort((one, other) => one.daysOfFailedTries - other.daysOfFailedTries);
  return strictest ?? reachFrom(found, 'UTC');
}

function reachFrom(row: ReachRow, zone: string): Reach {
  const tries = row.tries.flatMap(({ at, inbound, counted }): Try[] => {
    const what = inbound || counted.includes('conversation') ? 'reached' : 'unanswered';
    if (what === 'unanswered' && !counted.includes('dialUnanswered')) return [];
    const iso = new Date(at).toISOString();
    return [{ at: iso, date: toLocal(iso, zone).date, what }];
  });
  return reachOf(row.phones, tries);
}
