import { randomUUID } from 'node:crypto';
import type { PermitPreview, PermitPreviewRequest, PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { pointsOfPerson } from '../points/point.store.js';
import { boundRules } from './gate.service.js';
import type { GateParts } from './parts.js';
import { decide, type GateDecision } from './gate.js';
import type { GateActor, GateFacts } from './facts.js';
import { readFacts } from './facts.store.js';
import { asksThirdParty, debtorReach, gateFacts, questionOf } from './gather.js';
import { idsOfHumans } from './ledgers.store.js';
import { limitsOf } from './limits.js';
import { UnknownPack } from './packs.js';

type Ask = PermitPreviewRequest['asks'][number];
type Answer = PermitPreview['answers'][number];

/** What the gate would answer, with nothing locked, reserved or recorded: one snapshot for all that is asked. */
export async function previewPermits(parts: GateParts, preview: PermitPreviewRequest): Promise<PermitPreview> {
  return parts.db.transaction(
    async (tx) => {
      const answers: Answer[] = [];
      for (const ask of preview.asks) answers.push(await answer(tx, parts, preview, ask));
      return { answers };
    },
    { isolation: 'repeatable read' },
  );
}

async function answer(tx: Tx, parts: GateParts, of: PermitPreviewRequest, ask: Ask): Promise<Answer> {
  const { clock } = parts;
  const points = await pointsOfPerson(tx, { personId: ask.personId, agreementId: of.agreementId });
  const request = hypothetical(of, ask, points);
  const at = new Date(Math.max(Date.parse(ask.at), clock.now())).toISOString();
  const ids = await idsOfHumans(tx, [of.debtorId, ask.personId]);
  const row = await readFacts(tx, questionOf(request, { book: parts.rules, at, ids }), 'read');
  const rules = boundRules(parts.rules, row);
  if (rules instanceof UnknownPack)
    return { ...{ key: ask.key, denials: [], limits: [] }, verdict: 'facts-behind', earliest: null };
  const debtor = asksThirdParty(request, row) ? await debtorReach(tx, request, row, { rules, at }) : null;
  const known = gateFacts(clock, request, row, { rules, at, debtor });
  const facts: GateFacts = { ...known, actor: assumed(known.actor) };
  // It is planned on what the case is now.
  const current = { ...request, expects: { caseSeq: facts.case?.caseSeq ?? 1 } };
  const decision = decide(current, facts, rules.packs);
  const judged = decision.verdict === 'granted' || decision.verdict === 'denied';
  return {
    key: ask.key,
    verdict: decision.verdict,
    earliest: earliest(decision, at),
    denials: decision.verdict === 'denied' ? decision.denials : [],
    limits: judged ? limitsOf(rules.packs, decision.asked) : [],
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
    : { kind: 'human', trainedUntil: '2099-12-31', violentRecord: false, agency: actor.agency };
}

function earliest(decision: GateDecision, at: string): Answer['earliest'] {
  if (decision.verdict === 'granted') return at;
  return decision.verdict === 'denied' ? decision.earliest : null;
}
