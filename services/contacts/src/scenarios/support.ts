import { personsInLoan, type PermitAnswer, type PermitCommit, type PermitRequest } from '@arrears/contracts';
import { requestPermit } from '../gate/gate.service.js';
import { saveCollector } from '../qualifications/qualification.store.js';
import { takeOutcome } from '../settle/settle.service.js';
import type { OverdueCase, World } from '../testing.js';

/** A collector whose training is in force, as the scenarios dial with. */
export const collector = 'collector-1';
export const another = 'collector-2';

export async function qualify(world: World, collectorId = collector): Promise<void> {
  const training = { trainedUntil: '2027-06-30', certificate: 'cert:1', violentRecord: false };
  await saveCollector(world.db, {
    ...{ collectorId, agencyId: null, ...training },
    by: 'test',
    at: world.clock.nowIso(),
  });
}

/** Ids of a person's points of one kind, in the order of the bank's message. */
export function pointsOf(world: World, one: OverdueCase, role: string, kind = 'mobile'): string[] {
  const person = personsInLoan(world.idKey, one.loan).find((candidate) => candidate.role === role);
  return (person?.points ?? []).filter((point) => point.kind === kind).map(({ contactPointId }) => contactPointId);
}
export function personOf(world: World, one: OverdueCase, role: string): string {
  const person = personsInLoan(world.idKey, one.loan).find((candidate) => candidate.role === role);
  if (person === undefined) throw new Error(`the loan names no ${role}`);
  return person.personId;
}

/** A recorded call by a trained collector. */
export function dial(one: OverdueCase, of: Partial<PermitRequest> = {}): PermitRequest {
  const { templateId: _, templateVersion: __, ...request } = one.request();
  const call = { channel: 'call' as const, actor: collector, circumstances: { recorded: true }, step: 'call-1' };
  return { ...request, ...call, ...of };
}

export async function granted(world: World, request: PermitRequest) {
  const answer = await requestPermit(world.gate, request);
  if (answer.verdict !== 'granted') throw new Error(`expected a permit, got ${JSON.stringify(answer)}`);
  return answer;
}
/** The rules that denied it; what else was answered, else. */
export async function rulesAgainst(world: World, request: PermitRequest): Promise<string[]> {
  const answer = await requestPermit(world.gate, request);
  return answer.verdict === 'denied' ? answer.denials.map(({ rule }) => rule) : [answer.verdict];
}
export async function denied(world: World, request: PermitRequest) {
  const answer = await requestPermit(world.gate, request);
  if (answer.verdict !== 'denied') throw new Error(`expected a denial, got ${answer.verdict}`);
  return answer;
}

/** A permit and what became of it. */
export async function happened(
  world: World,
  request: PermitRequest,
  outcome: PermitCommit['outcome'],
): Promise<Extract<PermitAnswer, { verdict: 'granted' }>> {
  const answer = await granted(world, request);
  const { permitId } = answer;
  const told = { permitId, contactId: request.contactId, outcome, contentHash: 'h', actor: request.actor };
  await world.db.transaction((tx) => takeOutcome(tx, world.clock, told));
  return answer;
}

export async function later(world: World, byMs: number): Promise<void> {
  world.clock.advance(byMs);
  await world.beat();
}
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export async function journalOf(world: World, one: OverdueCase): Promise<string[]> {
  const rows = await world.db.query<{ kind: string }>('SELECT kind FROM journal WHERE case_id = $1 ORDER BY seq', [
    one.facts.caseId,
  ]);
  return rows.map(({ kind }) => kind);
}

/** Events of a type that were told, in order. */
export async function told<Data>(world: World, type: string): Promise<Data[]> {
  const rows = await world.db.query<{ payload: string }>('SELECT payload FROM outbox WHERE type = $1 ORDER BY id', [
    type,
  ]);
  return rows.map(({ payload }) => JSON.parse(payload) as Data);
}
