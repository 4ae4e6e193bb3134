import { randomUUID } from 'node:crypto';
import type { PermitPreview, PermitPreviewRequest, PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { pointsOfPerson } from '../points/point.store.js';
import { boundRules, type GateParts } from './gate.service.js';
import { decide, type GateDecision } from './gate.js';
import { readNamedRules } from './addressee.js';
import type { GateActor, GateFacts } from './facts.js';
import { gather } from './gather.js';
import { readLedgers } from './ledgers.store.js';
import { limitsOf } from './limits.js';
import { UnknownPack, type BoundRules } from './packs.js';

type Ask = PermitPreviewRequest['asks'][number];
type Answer = PermitPreview['answers'][number];

/** What the gate would answer, with nothing locked, reserved or recorded: one snapshot for all that is asked. */
export async function previewPermits(parts: GateParts, preview: PermitPreviewRequest): Promise<PermitPreview> {
  const rules = boundRules(parts.rules, await readNamedRules(parts.db, preview));
  if (rules instanceof UnknownPack)
    return {
      answers: preview.asks.map(({ key }) => ({
        ...{ key, denials: [], limits: [] },
        verdict: 'facts-behind',
        earliest: null,
      })),
    };
  return parts.db.transaction(
    async (tx) => {
      const answers: Answer[] = [];
      for (const ask of preview.asks) answers.push(await answer(tx, parts, preview, ask, rules));
      return { answers };
    },
    { isolation: 'repeatable read' },
  );
}

async function answer(
  tx: Tx,
  { clock }: GateParts,
  of: PermitPreviewRequest,
  ask: Ask,
  rules: BoundRules,
): Promise<Answer> {
  const points = await pointsOfPerson(tx, { personId: ask.personId, agreementId: of.agreementId });
  const request = hypothetical(of, ask, points);
  const at = new Date(Math.max(Date.parse(ask.at), clock.now())).toISOString();
  const ledgers = await readLedgers(tx, [of.debtorId, ask.personId]);
  const asked = points.filter(({ contactPointId }) => request.contactPointIds.includes(contactPointId));
  const numbers = asked.map(({ number }) => number);
  const { facts: known } = await gather(tx, clock, request, { rules, ledgers, numbers, at, lock: false });
  const facts: GateFacts = { ...known, actor: assumed(known.actor) };
  // It is planned on what the case is now.
  const current = { ...request, expects: { caseSeq: facts.case?.caseSeq ?? 1 } };
  const decision = decide(current, facts, rules.packs);
  return {
    key: ask.key,
    verdict: decision.verdict,
    earliest: earliest(decision, at),
    denials: decision.verdict === 'denied' ? decision.denials : [],
    limits:
      decision.verdict === 'granted' || decision.verdict === 'denied' ? limitsOf(rules.packs, decision.asked) : [],
  };
}

function hypothetical(
  of: PermitPreviewRequest,
  ask: Ask,
  points: readonly { contactPointId: string }[],
): PermitRequest {
  const { caseId, agreementId, debtorId } = of;
  const { personId, channel, purpose, covers } = ask;
  const all = points.map(({ contactPointId }) => contactPointId);
  return {
    ...{ caseId, agreementId, debtorId, personId, channel, purpose, covers },
    contactId: randomUUID(),
    effectKey: ask.key,
    step: 'preview',
    contactPointIds: ask.contactPointIds.length > 0 ? ask.contactPointIds : all,
    expects: { caseSeq: 1 },
    contentKey: 'preview',
    actor: 'machine',
    // Who will dial or visit, and how, is not known yet: it is asked as of somebody who does it right.
    circumstances: { recorded: true, collectors: 2, credentialsShown: true, entryConsent: true, publicPlace: false },
  };
}

function assumed(actor: GateActor): GateActor {
  return actor.kind === 'machine'
    ? actor
    : { kind: 'human', trainedUntil: '9999-12-31', violentRecord: false, agency: actor.agency };
}

function earliest(decision: GateDecision, at: string): Answer['earliest'] {
  if (decision.verdict === 'granted') return at;
  return decision.verdict === 'denied' ? decision.earliest : null;
}
