import type { PermitPreviewRequest } from '@arrears/contracts';
import type { CaseSnapshot, CollectionPolicy, Decision, SnapshotPerson, Step } from '@arrears/treatment';
import type { NextStanding } from './next.store.js';
import type { Bar } from './sentences.js';

type Ask = PermitPreviewRequest['asks'][number];

/** A step that is planned, or that was asked for and waits, with the question about it for the gate. */
export interface Planned {
  key: string;
  step: string;
  state: 'waiting' | 'planned';
  /** Kind of the step: a channel where it is a contact. */
  channel: string;
  covers: string[];
  earliest: string;
  blockedBy: Bar[];
  /** null: no contact, or nobody to reach by it. */
  ask: Ask | null;
  unreachable: boolean;
}

const askable: ReadonlySet<string> = new Set(['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit']);
const mostAsks = 20;

/** Messages that wait first, then what the last decision saw coming, in its order. */
export function plannedOf(of: {
  standing: NextStanding;
  decision: Decision | undefined;
  snapshot: CaseSnapshot;
  policies: readonly CollectionPolicy[];
  now: string;
}): Planned[] {
  const { standing, decision, snapshot, now } = of;
  const defs = new Map(of.policies.flatMap((policy) => policy.steps.map((step) => [step.id as string, step])));
  const shape = (base: Omit<Planned, 'ask' | 'unreachable' | 'channel'>, kind: string): Planned => {
    const def = defs.get(base.step);
    const channel = def?.kind ?? kind;
    const ask = askable.has(channel) && def !== undefined ? askFor(base, def, snapshot, now) : null;
    return { ...base, channel, ask, unreachable: ask === null && askable.has(channel) && def !== undefined };
  };
  const waiting = standing.openSteps
    .filter(({ kind }) => askable.has(kind))
    .map(({ step, occurrence, kind, covers }) =>
      shape({ key: `${step}/${occurrence}`, step, state: 'waiting', covers, earliest: now, blockedBy: [] }, kind),
    );
  const coming = (decision?.upcoming ?? []).map(({ step, covers, earliest, blockedBy }, i) =>
    shape(
      { key: `${step}/next-${i}`, step, state: 'planned', covers: [...covers], earliest, blockedBy: [...blockedBy] },
      'step',
    ),
  );
  return [...waiting, ...coming].slice(0, mostAsks);
}

/** The first person the step may go to who has a point for its channel, as the planner would choose. */
function askFor(
  planned: Pick<Planned, 'key' | 'covers' | 'earliest'>,
  def: Step,
  snapshot: CaseSnapshot,
  now: string,
): Ask | null {
  const persons = def.target.flatMap(({ role }) => snapshot.persons.filter((person) => person.role === role));
  for (const person of persons) {
    const points = pointsFor(person, def);
    if (points.length === 0) continue;
    return {
      key: planned.key,
      personId: person.personId,
      contactPointIds: points,
      channel: def.kind as Ask['channel'],
      purpose: def.purpose ?? 'collect',
      covers: planned.covers,
      at: Date.parse(planned.earliest) > Date.parse(now) ? planned.earliest : now,
    };
  }
  return null;
}

const pointsFor = (person: SnapshotPerson, { kind }: Step): string[] =>
  person.points.filter(({ channel, valid }) => channel === kind && valid !== 'no').map(({ id }) => id);
