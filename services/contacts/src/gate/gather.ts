import { isZone, toLocal } from '@arrears/calendar';
import type { CompiledPacks, CountedEvent } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Clock } from '@arrears/clock';
import type { Tx } from '@arrears/persistence';
import { gravest } from '../persons/status.js';
import { isThirdParty, relationClass } from '../third-parties/third-party.js';
import { lookBackMs, reachOf, type Reach, type Try } from '../third-parties/unreachable.js';
import type { GateActor, GateFacts, GatePerson, GatePoint } from './facts.js';
import { readFacts, readReach, type FactsRow, type PointRow, type ReachRow } from './facts.store.js';
import { holidaysAround } from './holidays.js';
import type { Ledgers } from './ledgers.store.js';
import { serveWindowMs } from './own-rules.js';
import type { BoundRules } from './packs.js';

export interface Gathering {
  rules: BoundRules;
  ledgers: Ledgers;
  /** Blind indexes in hex of the points asked for. */
  numbers: readonly string[];
  /** Business time that is asked about. */
  at: string;
  lock: boolean;
}

/** Reads all that the gate decides on; under the ledger's lock, so that counters stand still meanwhile. */
export async function gather(
  tx: Tx,
  clock: Clock,
  request: PermitRequest,
  of: Gathering,
): Promise<{ facts: GateFacts; head: FactsRow['head']; earlier: FactsRow['earlier'] }> {
  const { packs, jurisdiction } = of.rules;
  const { personId, agreementId } = request;
  const at = Date.parse(of.at);
  const row = await readFacts(tx, {
    caseId: request.caseId,
    agreementId,
    personId,
    ids: of.ledgers.idsOf(personId),
    numbers: of.numbers,
    debts: packs.counted.some(({ key }) => key === 'debt') ? request.covers : [],
    since: new Date(at - Math.max(packs.reachMs, serveWindowMs)).toISOString(),
    actor: request.actor,
    agencyId: request.agencyId ?? null,
    contactId: request.contactId,
    lock: of.lock,
  });
  // An earlier permit of this contact that ran out unused: its reservation is the contact's own.
  const own = row.earlier?.state === 'granted' ? row.earlier.permitId : null;
  const person = gatePerson(request, row, of.ledgers);
  const third = person !== null && isThirdParty(relationClass(person.role, person.relation));
  const facts: GateFacts = {
    now: of.at,
    stops: row.stops,
    case: row.facts,
    // A clock that runs a little ahead of ours must not make a heartbeat of the future fresh for ever.
    heartbeatAgeMs: row.heartbeatAt === null ? null : Math.abs(clock.realNow() - row.heartbeatAt.getTime()),
    parked: row.parked,
    person,
    points: gatePoints(request, row.points),
    events: countedEvents(row, packs, { ids: of.ledgers.idsOf(personId), personId, except: own }),
    lastInboundAt: lastInbound(row, of.ledgers.idsOf(personId)),
    actor: gateActor(request, row),
    debtor: third ? await debtorReach(tx, request, of, row) : null,
    holidays: holidaysAround(of.at.slice(0, 10), jurisdiction ?? 'CN'),
    jurisdiction,
  };
  return { facts, head: row.head, earlier: row.earlier };
}

function gatePoints(request: PermitRequest, points: readonly PointRow[]): GatePoint[] {
  return request.contactPointIds.flatMap((id) => {
    const found = points.find(({ contactPointId }) => contactPointId === id);
    if (found === undefined) return [];
    const { source, ...point } = found;
    return [{ ...point, place: placeOf(source) }];
  });
}

const workplaces = new Set(['workplace', 'work', 'employer', 'office', '单位', '工作单位']);
/** Where a point is, from what the bank says of its source. */
export function placeOf(source: string): string {
  return workplaces.has(source.trim().toLowerCase()) ? 'workplace' : 'other';
}

/** The person's part in what the contact covers; someone without one there is asked about as an unknown part. */
function gatePerson(request: PermitRequest, row: FactsRow, ledgers: Ledgers): GatePerson | null {
  if (row.person === null) return null;
  const { personId, debtorId, covers } = request;
  const own = ledgers.of(personId);
  const loans = new Set(
    (row.facts?.accounts ?? []).filter(({ accountId }) => covers.includes(accountId)).map(({ loanId }) => loanId),
  );
  const role = personId === debtorId ? null : row.roles.find(({ loanId }) => loans.has(loanId));
  return {
    ...row.person,
    role: personId === debtorId ? 'debtor' : (role?.role ?? null),
    relation: role?.relation ?? null,
    status: gravest(own.map(({ status }) => status)),
    barred: own.some(({ barred }) => barred),
    refused: own.some(({ refused }) => refused),
    consents: row.consents,
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
  of: { ids: readonly string[]; personId: string; except: string | null },
): CountedEvent[] {
  const kinds = new Set(packs.counted.map(({ kind }) => kind));
  return row.events
    .filter(({ ref }) => ref !== of.except)
    .flatMap((event) =>
      event.kinds
        .filter((kind) => kinds.has(kind))
        .map((kind) => ({
          kind,
          at: new Date(event.at).toISOString(),
          person: of.ids.includes(event.personId) ? of.personId : event.personId,
          ...(event.number === null ? {} : { number: event.number }),
          ...(event.caseId === null ? {} : { caseId: event.caseId }),
          debts: event.debts,
        })),
    );
}

function lastInbound(row: FactsRow, ids: readonly string[]): string | null {
  const times = row.events.filter(({ inbound, personId }) => inbound && ids.includes(personId)).map(({ at }) => at);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** Calls and visits are made by people: who says he is the machine there is nobody that anything is known of. */
function gateActor({ actor, channel, agencyId }: PermitRequest, row: FactsRow): GateActor {
  const agency = agencyId === undefined ? null : row.agency === null ? ({ known: false } as const) : known(row.agency);
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

const known = (agency: NonNullable<FactsRow['agency']>) => ({ known: true as const, ...agency });

async function debtorReach(tx: Tx, request: PermitRequest, of: Gathering, row: FactsRow): Promise<Reach> {
  const { debtorId, agreementId } = request;
  const since = new Date(Date.parse(of.at) - lookBackMs).toISOString();
  const found = await readReach(tx, { debtorId, agreementId, ids: of.ledgers.idsOf(debtorId), since });
  return reachFrom(found, [found.timeZone, row.facts?.timeZone, ...of.rules.packs.zones]);
}

function reachFrom(row: ReachRow, zones: readonly (string | null | undefined)[]): Reach {
  const zone = zones.find((candidate) => candidate != null && isZone(candidate)) ?? 'UTC';
  const tries = row.tries.flatMap(({ at, inbound, counted }): Try[] => {
    const what = inbound || counted.includes('conversation') ? 'reached' : 'unanswered';
    if (what === 'unanswered' && !counted.includes('dialUnanswered')) return [];
    const iso = new Date(at).toISOString();
    return [{ at: iso, date: toLocal(iso, zone).date, what }];
  });
  return reachOf(row.phones, tries);
}
